package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.api.WaitsBody;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Recent;
import io.tenure.simulation.Forwarding;
import io.tenure.simulation.TwinCoordination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What the look at everybody who waits reads, and what it leaves alone. */
class WaitLooksTest {
    private static final String A = "_c_00000000-0000-0000-0000-00000000000a-lock-000000000";
    private static final String B = "_c_00000000-0000-0000-0000-00000000000b-lock-000000000";

    private final TwinCoordination store = TwinCoordination.calm();
    private final Listened listened = new Listened(store);
    private final LeaseNodes nodes =
            new LeaseNodes(listened, store.paths(), "s1", 0, new Recent(store.timers(), Duration.ofSeconds(60)));

    private WaitsBody look(int mostNames, int mostPlaces) {
        return store.world().await(new WaitLooks(nodes, mostNames, mostPlaces).look("", 100));
    }

    private void queue(String name, String... places) {
        List<Operation> operations = new ArrayList<>();
        operations.add(new Operation.Create("/tenure/locks/" + name, new byte[0], Operation.Mode.CONTAINER));
        for (String place : places) {
            operations.add(new Operation.Create(
                    "/tenure/locks/" + name + "/" + place, new byte[0], Operation.Mode.PERSISTENT));
        }
        Outcome outcome = store.world().await(store.commit("queue", operations));
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void onlyQueuesOfMoreThanOneAreReadFurther() {
        queue("alone", A + "0");
        queue("two", A + "0", B + "1");

        WaitsBody body = look(10, 10);

        assertThat(body.waiting()).isEqualTo(1);
        assertThat(body.complete()).isTrue();
        assertThat(listened.children).contains("/tenure/locks/two").doesNotContain("/tenure/locks/alone");
    }

    @Test
    void namesAndPlacesBeyondTheBoundAreNotRead() {
        queue("one", A + "0", B + "1");
        queue("two", A + "0", B + "1");

        assertThat(look(2, 4).complete()).isTrue();
        assertThat(look(1, 4).complete()).isFalse();
        assertThat(look(1, 4).waiting()).isEqualTo(1);
        assertThat(look(2, 3).complete()).isFalse();
        assertThat(look(2, 3).waiting()).isEqualTo(1);
    }

    @Test
    void whatIsNoCycleWhenLookedAtOnceMoreIsNotToldAsOne() {
        queue("x", A + "0", B + "1");
        queue("y", B + "0", A + "1");
        assertThat(look(10, 10).cycles()).hasSize(1);
        listened.children.clear();
        listened.afterwards = () -> {
            var unused = store.commit("queue", List.of(new Operation.Delete("/tenure/locks/y/" + A + "1", 0)));
        };

        assertThat(look(10, 10).cycles()).isEmpty();
    }

    /** Keeps the directories that were listed, and does something behind the first look at one of them. */
    private static final class Listened extends Forwarding {
        private final List<String> children = new ArrayList<>();
        private Runnable afterwards = () -> {};

        Listened(Coordination store) {
            super(store);
        }

        @Override
        public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
            queries.stream()
                    .filter(Query.Children.class::isInstance)
                    .map(Query::path)
                    .forEach(children::add);
            CompletionStage<List<Found>> read = super.read(lane, queries);
            if (children.contains("/tenure/locks/y")) {
                Runnable once = afterwards;
                afterwards = () -> {};
                once.run();
                return read.thenCompose(found -> sync("queue").thenApply(done -> found));
            }
            return read;
        }
    }
}
