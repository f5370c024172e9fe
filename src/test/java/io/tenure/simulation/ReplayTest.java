package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A schedule is its seed: run again, it is the same to the last transaction. */
class ReplayTest {
    static LongStream seeds() {
        return LongStream.range(0, 5);
    }

    private static List<String> history(long seed) {
        Simulation simulation = Simulation.ofThings(seed, null, new Tally());
        simulation.run();
        return simulation.store().history().stream()
                .map(transaction -> transaction.nanos() + " "
                        + transaction.touches().stream().map(Touch::path).toList())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theSameSeedGivesTheSameHistory(long seed) {
        assertThat(history(seed)).isEqualTo(history(seed));
    }
}
