package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whoever follows a thing, in seeded schedules of faults, is told each change soon once nothing goes wrong any more, and the last. */
class FollowingSimulationTest {
    private static final int SEEDS = 500;

    @Test
    void whoFollowsIsToldHowItStands() {
        Tally tally = Seeds.run(getClass(), SEEDS, (seed, own) -> Simulation.ofFollowedThings(seed, null, own));
        if (Seeds.areUsual()) {
            assertThat(tally.of("told")).isGreaterThan(50L * SEEDS);
        }
    }
}
