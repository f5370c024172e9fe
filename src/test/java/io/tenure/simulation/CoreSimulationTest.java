package io.tenure.simulation;

import org.junit.jupiter.api.Test;

/**
 * The whole domain of locks over the twin, in seeded schedules of crashes, pauses, lost answers, stuck requests, coordinators that
 * believe too long, native contenders and strangers: the invariants of the design hold in all of them.
 */
class CoreSimulationTest {
    @Test
    void locksKeepTheirInvariantsWhateverGoesWrong() {
        Tally tally = new Tally();
        Seeds.all(1_000).forEach(seed -> Seeds.run(seed, any -> Simulation.ofLocks(any, null, tally)));
        System.err.println(tally.all());
    }
}
