package io.tenure.simulation;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Which seeds a simulation runs: {@code -Dsimulation.seeds=N} for the first N, {@code -Dsimulation.seed=S} for one of them, to
 * replay it.
 */
final class Seeds {
    private Seeds() {}

    static LongStream all(int usual) {
        Long one = Long.getLong("simulation.seed");
        return one != null ? LongStream.of(one) : LongStream.range(0, Integer.getInteger("simulation.seeds", usual));
    }

    /** Runs the simulation; a failure names its seed, and shows what was noted. */
    static void run(long seed, LongFunction<Simulation> simulations) {
        failure(seed, simulations).ifPresent(failure -> {
            throw failure;
        });
    }

    /** What breaks with this seed, if anything does. */
    static Optional<AssertionError> failure(long seed, LongFunction<Simulation> simulations) {
        Simulation simulation = simulations.apply(seed);
        try {
            simulation.run();
            return Optional.empty();
        } catch (Invariant.Violation | RuntimeException failure) {
            List<String> trace = simulation.trace();
            return Optional.of(new AssertionError(
                    failure.getMessage() + "\nreplay it with -Dsimulation.seed=" + seed + "\n"
                            + String.join("\n", trace),
                    failure));
        }
    }
}
