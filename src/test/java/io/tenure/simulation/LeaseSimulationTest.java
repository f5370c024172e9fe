package io.tenure.simulation;

import org.junit.jupiter.api.Test;

/** Leases without locks, in seeded schedules of faults. */
class LeaseSimulationTest {
    @Test
    void leasesKeepTheirInvariantsWhateverGoesWrong() {
        Tally tally = new Tally();
        Seeds.all(200).forEach(seed -> Seeds.run(seed, any -> Simulation.ofLeases(any, tally)));
        System.err.println(tally.all());
    }
}
