package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The whole domain of locks over the twin, in seeded schedules of crashes, pauses, lost answers, stuck requests, coordinators that
 * believe too long, a database that goes away, native contenders and strangers: the invariants of the design hold in all of them.
 */
class CoreSimulationTest {
    private static final int SEEDS = 10_000;

    @Test
    void locksKeepTheirInvariantsWhateverGoesWrong() {
        Tally tally = Seeds.run(getClass(), SEEDS, (seed, own) -> Simulation.ofThings(seed, null, own));
        if (Seeds.areUsual()) {
            // A simulation that never reached these would show nothing about them.
            assertThat(tally.all())
                    .containsKeys(
                            "ENDED LOST",
                            "ENDED WITHDRAWN",
                            "ENDED WAIT_OVER",
                            "ENDED EXPIRED maxHold",
                            "PERMITS_CHANGED ",
                            "closed after EXPIRED",
                            "closed after RELEASED",
                            "answer CLOSED",
                            "answer TOKEN_ENDED",
                            "no answer",
                            "put back")
                    // nobody asks for what cannot be: a request that is refused as such tests nothing
                    .doesNotContainKey("answer INVALID")
                    .hasEntrySatisfying(
                            "granted at once", times -> assertThat(times).isGreaterThan(SEEDS))
                    .hasEntrySatisfying(
                            "granted after waiting", times -> assertThat(times).isGreaterThan(SEEDS))
                    .hasEntrySatisfying(
                            "ENDED EXPIRED", times -> assertThat(times).isGreaterThan(SEEDS));
        }
    }
}
