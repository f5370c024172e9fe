package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule of the protocol, when it is broken, breaks an invariant in some schedule: so the schedules that pass do show something. */
class MutationTest {
    private static final int SEEDS = 1_000;

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void aBrokenRuleBreaksAnInvariant(Mutation mutation) {
        assertThat(LongStream.range(0, SEEDS)
                        .anyMatch(seed -> Seeds.failure(seed, any -> Simulation.ofLocks(any, mutation, new Tally()))
                                .isPresent()))
                .isTrue();
    }
}
