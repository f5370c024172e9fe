package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each rule of the protocol, when it is broken, breaks an invariant in some schedule: so the schedules that pass do show something.
 * How many schedules it takes is printed.
 */
class MutationTest {
    private static final int SEEDS = 10_000;

    @ParameterizedTest
    @EnumSource
    void aBrokenRuleBreaksAnInvariant(Mutation mutation) {
        Campaign campaign = new Campaign(
                mutation::schedule,
                1,
                new Progress(
                        new PrintStream(PrintStream.nullOutputStream()),
                        getClass().getSimpleName(),
                        SEEDS));
        Seeds.logging(Level.OFF, () -> campaign.run(0, SEEDS));
        List<Campaign.Failure> failures = campaign.failures();
        assertThat(failures).isNotEmpty();
        System.out.printf(
                "%s is noticed after %d schedules: %s%n",
                mutation, failures.get(0).seed() + 1, failures.get(0).told());
    }
}
