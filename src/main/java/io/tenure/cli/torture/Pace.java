package io.tenure.cli.torture;

/** When the next story may begin, so that no more begin in a second than they should. Safe for use by many threads. */
final class Pace {
    private final long between;
    private long next;

    /** @param rate how many in a second; 0 for as many as can */
    Pace(double rate, long now) {
        this.between = rate > 0 ? (long) (1e9 / rate) : 0;
        this.next = now;
    }

    /** Takes a turn, and returns how many milliseconds are left until then. What was missed is not made up for. */
    synchronized long turn(long now) {
        next = Math.max(now, next + between);
        return (next - now) / 1_000_000;
    }
}
