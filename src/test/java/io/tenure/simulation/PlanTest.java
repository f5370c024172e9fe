package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What schedules are drawn of, once all kinds take part. */
class PlanTest {
    private static List<Plan> drawn(List<Recipe> kinds) {
        return LongStream.range(0, 100)
                .mapToObj(seed -> Plan.drawn(seed, kinds))
                .toList();
    }

    private static Set<Recipe> recipes(List<Plan> plans) {
        return plans.stream()
                .flatMap(plan -> plan.things().stream())
                .map(Thing::recipe)
                .collect(Collectors.toSet());
    }

    @Test
    void onlyTheKindsThatTakePartAreDrawn() {
        assertThat(recipes(drawn(List.of(Recipe.LOCK)))).containsExactly(Recipe.LOCK);
        assertThat(recipes(drawn(List.of(Recipe.values())))).containsExactlyInAnyOrder(Recipe.values());
    }

    @Test
    void sharesAreOfTheirKind() {
        World world = new World(1, Weather.CALM);
        for (Plan plan : drawn(List.of(Recipe.values()))) {
            for (Thing thing : plan.things()) {
                Share share = plan.share(world, thing);
                assertThat(share.count()).isBetween(1, thing.recipe() == Recipe.SEMAPHORE ? plan.permits() : 1);
                assertThat(share.reads()).isIn(false, thing.recipe() == Recipe.RWLOCK);
            }
        }
    }

    @Test
    void anOperatorHasSomethingToDo() {
        assertThat(drawn(List.of(Recipe.LOCK))).noneMatch(Plan::operator);
        assertThat(drawn(List.of(Recipe.values()))).anyMatch(Plan::operator);
    }
}
