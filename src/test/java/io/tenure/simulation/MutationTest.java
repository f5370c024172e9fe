package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule of the protocol, when it is broken, is missed by some schedule: so the schedules that pass do show something. */
class MutationTest {
    @ParameterizedTest
    @EnumSource(Mutation.class)
    void aBrokenRuleBreaksAnInvariant(Mutation mutation) {
        Optional<AssertionError> first = LongStream.range(0, Integer.getInteger("simulation.seeds", 1_000))
                .mapToObj(seed -> Seeds.failure(seed, any -> Simulation.ofLocks(any, mutation, new Tally())))
                .flatMap(Optional::stream)
                .findFirst();
        first.ifPresent(f -> System.err.println(
                mutation + " " + String.valueOf(f.getMessage()).lines().limit(2).toList()));
        assertThat(first).isPresent();
    }
}
