package io.tenure.cli.bench;

import java.time.Duration;

/** What was measured. */
public final class Result {
    private final Work work;
    private final int connections;
    private final Duration time;
    private final Latencies latencies;

    Result(Work work, int connections, Duration time, Latencies latencies) {
        this.work = work;
        this.connections = connections;
        this.time = time;
        this.latencies = latencies;
    }

    /** What was done. */
    public Work work() {
        return work;
    }

    /** How many were under way at a time. */
    public int connections() {
        return connections;
    }

    /** For how long it was measured. */
    public Duration time() {
        return time;
    }

    /** How many operations ended in that time. */
    public long operations() {
        return latencies.count();
    }

    /** How many in a second. */
    public double perSecond() {
        return time.isZero() ? 0 : operations() * 1e9 / time.toNanos();
    }

    /** Milliseconds that so many of a hundred operations did not exceed, but for one in 64. */
    public double millis(double percent) {
        return latencies.percentile(percent) / 1e6;
    }

    /** Milliseconds that the longest took. */
    public double maxMillis() {
        return latencies.max() / 1e6;
    }
}
