package io.tenure.simulation;

import java.io.PrintStream;
import java.time.Duration;

/** Tells whoever watches a long run how far it is: at most one line in ten seconds, and one for each schedule that fails. */
final class Progress {
    private static final long EVERY = Duration.ofSeconds(10).toNanos();

    private final PrintStream out;
    private final String test;
    private final long all;
    private final long began = System.nanoTime();
    private long done;
    private long toldAt = began;

    /**
     * @param test the class that replays a seed
     * @param all how many schedules there are
     */
    Progress(PrintStream out, String test, long all) {
        this.out = out;
        this.test = test;
        this.all = all;
    }

    /** One more schedule has come to its end. Called by one thread at a time. */
    void done(int failures) {
        done++;
        long now = System.nanoTime();
        if (now - toldAt >= EVERY || (done == all && now - began >= EVERY)) {
            toldAt = now;
            double rate = done * 1e9 / (now - began);
            out.printf(
                    "%s: %,d of %,d schedules, %.0f/s, %s left, %d failed%n",
                    test, done, all, rate, left((long) ((all - done) / rate)), failures);
        }
    }

    /** A schedule has failed. */
    void failed(Campaign.Failure failure) {
        out.println(
                test + ": seed " + failure.seed() + " fails: " + failure.told() + "\n" + command(test, failure.seed()));
    }

    private static String left(long seconds) {
        return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** What to type to run one seed again, and see what happened in it. */
    static String command(String test, long seed) {
        return "replay it with: mvn test -Dtest=" + test + " -Dsimulation.seed=" + seed;
    }
}
