package io.tenure.lease;

import io.tenure.coordination.Timers;
import java.util.concurrent.TimeUnit;

/**
 * What a holder may count on, measured from before the write that renewed its lease was sent ({@code docs/protocol.md} 11).
 *
 * @param sentNanos this server's monotonic clock just before the write was sent
 */
public record Promise(long sentNanos) {
    /** A promise that a write sent from now on may make. */
    public static Promise from(Timers timers) {
        return new Promise(timers.nanos());
    }

    /** What is left of it now, whole milliseconds, rounded down; never negative. */
    public long leftMillis(StoredLease written, Timers timers) {
        long passed = timers.nanos() - sentNanos;
        long left = TimeUnit.MILLISECONDS.toNanos(written.promisedMillis()) - passed;
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(left));
    }
}
