package io.tenure.cli.torture;

import java.util.ArrayList;
import java.util.List;

/** The times between one grant and the next, over all clients. Safe for use by many threads. */
final class Gaps {
    /** Shorter ones are forgotten. */
    private static final long SHORTEST = 20_000_000;

    private final List<long[]> gaps = new ArrayList<>();
    private final long begun;
    private long last;

    /** @param begun when it began to be worth counting */
    Gaps(long begun) {
        this.begun = begun;
        this.last = begun;
    }

    /** A client was told of a grant. */
    synchronized void granted(long at) {
        if (at - last >= SHORTEST) {
            gaps.add(new long[] {last, at});
        }
        last = Math.max(last, at);
    }

    /** Nanoseconds without a grant at most, up to then. */
    synchronized long longest(long end) {
        return longest(begun, end);
    }

    /** Nanoseconds without a grant at most, between two moments; 0 when all were short. */
    synchronized long longest(long from, long to) {
        long longest = Math.min(to, Long.MAX_VALUE) - Math.max(last, from);
        for (long[] gap : gaps) {
            longest = Math.max(longest, Math.min(gap[1], to) - Math.max(gap[0], from));
        }
        return longest >= SHORTEST ? longest : 0;
    }
}
