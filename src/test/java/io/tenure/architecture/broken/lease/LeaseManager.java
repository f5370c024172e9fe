package io.tenure.architecture.broken.lease;

import io.tenure.architecture.broken.http.Resource;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/** Imports a floor above, has a name that says little, asks clocks, sleeps and makes threads. */
public final class LeaseManager {
    public Resource resource() {
        return new Resource();
    }

    public long ages() throws InterruptedException {
        Thread.sleep(1);
        return System.nanoTime() + Instant.now().toEpochMilli();
    }

    public LongSupplier wallClock() {
        return System::currentTimeMillis;
    }

    public ExecutorService threads() {
        return Executors.newCachedThreadPool();
    }
}
