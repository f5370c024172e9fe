package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each rule of the protocol, when it is broken, breaks an invariant in some schedule: so the schedules that pass do show something.
 * The first schedule that does is printed.
 */
class MutationTest {
    private static final int SEEDS = 10_000;

    /**
     * A schedule that notices what few notice: tried first, so that the others need not be run each time. With
     * {@code -Dsimulation.count=true} all are run from the first, which counts how many it takes.
     */
    private static final Map<Mutation, Integer> NOTICED_BY = Boolean.getBoolean("simulation.count")
            ? Map.of()
            : Map.of(
                    Mutation.PULL_NOT_SHOWN, 1_736,
                    Mutation.NATIVES_NOT_WOKEN, 691,
                    Mutation.LOST_FROM_EVENT, 172,
                    Mutation.TRANSFER_WITHOUT_PLACE, 1_144);

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
        Integer noticed = NOTICED_BY.get(mutation);
        if (noticed != null) {
            Seeds.logging(Level.OFF, () -> campaign.run(noticed, noticed + 1));
        }
        if (campaign.failures().isEmpty()) {
            Seeds.logging(Level.OFF, () -> campaign.run(0, SEEDS));
        }
        List<Campaign.Failure> failures = campaign.failures();
        assertThat(failures).isNotEmpty();
        System.out.printf(
                "%s is noticed by schedule %d: %s%n",
                mutation, failures.get(0).seed() + 1, failures.get(0).told());
    }
}
