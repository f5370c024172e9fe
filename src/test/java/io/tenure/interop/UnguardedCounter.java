package io.tenure.interop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A counter that nothing guards but the lock under test: two that are inside at once lose an update, and are counted. */
final class UnguardedCounter {
    private static final long PAUSE_NANOS = 200_000;

    private volatile long value;
    private final AtomicLong visits = new AtomicLong();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();

    /** Reads, takes a while, and writes one more than it read. */
    void increment() {
        if (inside.incrementAndGet() != 1) {
            overlaps.incrementAndGet();
        }
        visits.incrementAndGet();
        long before = value;
        LockSupport.parkNanos(PAUSE_NANOS);
        value = before + 1;
        inside.decrementAndGet();
    }

    /** What stands in it. */
    long value() {
        return value;
    }

    /** How often it was incremented. */
    long visits() {
        return visits.get();
    }

    /** How often somebody came in while another was inside. */
    int overlaps() {
        return overlaps.get();
    }
}
