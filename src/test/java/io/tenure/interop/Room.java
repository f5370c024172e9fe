package io.tenure.interop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Where only so many may be at once, or one alone: it counts who is inside, and what was against the rule. */
final class Room {
    private static final long PAUSE_NANOS = 200_000;

    private final int most;
    private final AtomicInteger shares = new AtomicInteger();
    private final AtomicInteger alone = new AtomicInteger();
    private final AtomicInteger fullest = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final UnguardedCounter counter = new UnguardedCounter();

    /** @param most how many may share it at once */
    Room(int most) {
        this.most = most;
    }

    /** Is inside for a short while together with others. */
    void share(int places) {
        int inside = shares.addAndGet(places);
        fullest.accumulateAndGet(inside, Math::max);
        long before = counter.value();
        if (inside > most || alone.get() > 0) {
            overlaps.incrementAndGet();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        if (alone.get() > 0 || counter.value() != before) {
            overlaps.incrementAndGet();
        }
        shares.addAndGet(-places);
    }

    /** Is inside for a short while with nobody else, and counts without a guard. */
    void alone() {
        alone.incrementAndGet();
        if (shares.get() > 0) {
            overlaps.incrementAndGet();
        }
        counter.increment();
        if (shares.get() > 0) {
            overlaps.incrementAndGet();
        }
        alone.decrementAndGet();
    }

    /** How often somebody was inside who should not have been. */
    int overlaps() {
        return overlaps.get() + counter.overlaps();
    }

    /** How many updates were lost. */
    long lost() {
        return counter.visits() - counter.value();
    }

    /** How many shared it at once at most. */
    int fullest() {
        return fullest.get();
    }
}
