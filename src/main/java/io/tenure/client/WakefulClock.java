package io.tenure.client;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A monotonic clock that goes on while the machine sleeps. The JVM's own stands still then on Linux and macOS, so a laptop that was
 * closed, or a virtual machine that was suspended, would believe that its leases live.
 *
 * <p>When the wall clock has gone further than the monotonic one, the machine has slept, or somebody has set the wall clock: what the
 * system tells of the time since it started decides, and where it does not tell, the wall clock is believed, which can only end
 * something too early. Safe for use by many threads.
 */
final class WakefulClock {
    /** What is not worth asking for: below the time for which servers keep a lease beyond its TTL. */
    private static final long UNNOTICED = Duration.ofMillis(200).toNanos();

    private final LongSupplier monotonic;
    private final LongSupplier wall;
    private final Supplier<OptionalLong> sinceStart;

    /** How far the time since the start of the system was ahead of the monotonic clock when this was made. */
    private final OptionalLong startAhead;

    private volatile long wallAhead;
    private volatile long slept;

    /**
     * All in nanoseconds.
     *
     * @param sinceStart since the system was started, its sleep included; empty where it cannot be told
     */
    WakefulClock(LongSupplier monotonic, LongSupplier wall, Supplier<OptionalLong> sinceStart) {
        this.monotonic = monotonic;
        this.wall = wall;
        this.sinceStart = sinceStart;
        this.startAhead = startAhead();
        this.wallAhead = wall.getAsLong() - monotonic.getAsLong();
    }

    private OptionalLong startAhead() {
        OptionalLong told = sinceStart.get();
        return told.isPresent() ? OptionalLong.of(told.getAsLong() - monotonic.getAsLong()) : told;
    }

    /** Nanoseconds that never go back; only differences mean anything. */
    long nanos() {
        long now = monotonic.getAsLong();
        long ahead = wall.getAsLong() - now;
        if (Math.abs(ahead - wallAhead) > UNNOTICED) {
            look(ahead);
        }
        return now + slept;
    }

    private synchronized void look(long ahead) {
        long leap = ahead - wallAhead;
        wallAhead = ahead;
        OptionalLong start = startAhead();
        long more =
                start.isPresent() && startAhead.isPresent() ? start.getAsLong() - startAhead.getAsLong() - slept : leap;
        slept = slept + Math.max(0, more);
    }
}
