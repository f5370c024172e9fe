package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Natives of all kinds alone, in seeded schedules: the models exclude each other as Curator's recipes do, and all come to an end. */
class NativeSimulationTest {
    @Test
    void nativesExcludeEachOtherAndComeToAnEnd() {
        Tally tally = Seeds.run(getClass(), 300, Simulation::ofNatives);
        if (Seeds.areUsual()) {
            for (Recipe recipe : Recipe.values()) {
                assertThat(tally.of("native " + recipe.wire()))
                        .as(recipe.wire())
                        .isGreaterThan(300);
            }
        }
    }
}
