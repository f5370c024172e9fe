package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Leases without locks, in seeded schedules of faults. */
class LeaseSimulationTest {
    @Test
    void leasesKeepTheirInvariantsWhateverGoesWrong() {
        Tally tally = Seeds.run(getClass(), 1_000, Simulation::ofLeases);
        assertThat(tally.all()).isNotEmpty();
    }
}
