package io.tenure.simulation;

import org.junit.jupiter.api.Test;

/** Leases without locks, in seeded schedules of faults. */
class LeaseSimulationTest {
    @Test
    void leasesKeepTheirInvariantsWhateverGoesWrong() {
        Seeds.all(200).forEach(seed -> Seeds.run(seed, any -> Simulation.ofLeases(any, new Tally())));
    }
}
