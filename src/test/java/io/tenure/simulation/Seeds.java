package io.tenure.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Which seeds a test of the simulation runs: its usual number, {@code -Dsimulation.seeds=N} for the first N, or
 * {@code -Dsimulation.seed=S} for one of them, with all that the servers log and all that was noted of its last moments.
 */
final class Seeds {
    /** So many failures of one run are told. */
    private static final int MOST_FAILURES = 10;

    private Seeds() {}

    /**
     * Runs the schedules, and fails if one does.
     *
     * @param test the class that asks, which is the one that replays a seed
     * @return what happened in them
     */
    static Tally run(Class<?> test, int usual, Campaign.Maker maker) {
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            Tally tally = new Tally();
            logging(Level.INFO, () -> replay(test, one, maker.make(one, tally)));
            return tally;
        }
        long all = Long.getLong("simulation.seeds", usual);
        Campaign campaign = new Campaign(maker, MOST_FAILURES, new Progress(System.out, test.getSimpleName(), all));
        logging(Level.OFF, () -> campaign.run(0, all));
        List<Campaign.Failure> failures = campaign.failures();
        if (!failures.isEmpty()) {
            long first = failures.get(0).seed();
            replay(test, first, maker.make(first, new Tally()));
            throw new AssertionError("seed " + first + " fails among others, and not when it is run again: "
                    + failures.stream().map(failure -> failure.seed() + "").collect(Collectors.joining(" ")));
        }
        return campaign.tally();
    }

    /** Whether the seeds are the usual ones: only then may a test expect that something happened in them. */
    static boolean areUsual() {
        return Long.getLong("simulation.seed") == null && Long.getLong("simulation.seeds") == null;
    }

    private static void replay(Class<?> test, long seed, Simulation simulation) {
        try {
            simulation.run();
        } catch (Invariant.Violation | RuntimeException broken) {
            throw new AssertionError(
                    broken.getMessage() + "\n" + String.join("\n", simulation.trace()) + "\n"
                            + Progress.command(test.getSimpleName(), seed),
                    broken);
        }
    }

    /** Schedules are full of what a service would warn of: only who looks at one of them wants to read it. */
    static void logging(Level level, Runnable task) {
        List<Logger> loggers = List.of(logger("io.tenure"), logger("io.tenure.audit.Drain"));
        List<Level> before = loggers.stream().map(Logger::getEffectiveLevel).toList();
        loggers.forEach(logger -> logger.setLevel(level));
        try {
            task.run();
        } finally {
            for (int i = 0; i < loggers.size(); i++) {
                loggers.get(i).setLevel(before.get(i));
            }
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
