package io.tenure.simulation;

import io.tenure.coordination.Paths;
import org.junit.jupiter.api.Test;

/** Leases without locks, in seeded schedules of faults. */
class LeaseSimulationTest {
    private static Simulation simulation(long seed) {
        return Simulation.ofLeases(seed, (world, port, machine, role) -> {
            LeaseSoftware software = new LeaseSoftware(world, new Paths("/tenure"), port, machine);
            software.stand(role);
            return software;
        });
    }

    @Test
    void leasesKeepTheirInvariantsWhateverGoesWrong() {
        Seeds.all(200).forEach(seed -> Seeds.run(seed, LeaseSimulationTest::simulation));
    }
}
