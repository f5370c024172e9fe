package io.tenure.client;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** One step that is done on one thread at a time, at least once behind each waking. Safe for use by many threads. */
final class Turns {
    private final Executor executor;
    private final Runnable step;
    private final AtomicInteger wakings = new AtomicInteger();

    /** @param step does all there is to do; never throws */
    Turns(Executor executor, Runnable step) {
        this.executor = executor;
        this.step = step;
    }

    /** Has the step done; returns at once. */
    void wake() {
        if (wakings.getAndIncrement() == 0) {
            executor.execute(this::work);
        }
    }

    private void work() {
        int seen;
        do {
            seen = wakings.get();
            step.run();
        } while (!wakings.compareAndSet(seen, 0));
    }
}
