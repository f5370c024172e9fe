package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Servers that are made read-only and writable again, in seeded schedules of faults: nothing new is granted meanwhile, what there is goes
 * on and ends, and whoever waits is granted soon after the end of it.
 */
class MaintenanceSimulationTest {
    private static final int SEEDS = 150;

    @Test
    void nothingNewIsGrantedMeanwhileAndNobodyIsForgotten() {
        Tally tally = Seeds.run(getClass(), SEEDS, (seed, own) -> Simulation.ofMaintainedThings(seed, null, own));
        if (Seeds.areUsual()) {
            assertThat(tally.all()).doesNotContainKey("answer INVALID");
            assertThat(tally.of("answer READ_ONLY")).isGreaterThan(SEEDS);
            assertThat(tally.of("read-only renewed")).isGreaterThan(SEEDS);
            assertThat(tally.of("read-only ENDED")).isGreaterThan(SEEDS / 2);
            assertThat(tally.of("read-only for long")).isGreaterThan(20);
            assertThat(tally.of("granted after waiting")).isGreaterThan(SEEDS);
        }
    }
}
