package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Watcher;
import io.tenure.name.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Somebody who may write below the queues and does not keep to the protocol: he removes places, and writes over them. */
final class Stranger {
    private static final long SESSION = -1;

    private final World world;
    private final TwinStore store;
    private final Plan plan;
    private final Paths paths;
    private final OneHolder oneHolder;
    private final Beliefs beliefs;
    private final Truth truth;
    private boolean gone;

    Stranger(World world, TwinStore store, Plan plan, Paths paths, OneHolder oneHolder, Beliefs beliefs, Truth truth) {
        this.world = world;
        this.store = store;
        this.plan = plan;
        this.paths = paths;
        this.oneHolder = oneHolder;
        this.beliefs = beliefs;
        this.truth = truth;
    }

    /** Begins to strike just when a place has become the first. */
    void lurk() {
        store.follow(this::after);
    }

    void leave() {
        gone = true;
    }

    /** Strikes anywhere. */
    void strike() {
        String directory = paths.directory(Kind.LOCK, world.oneOf(plan.locks()));
        if (world.chance(0.3)) {
            overwrite(directory);
        } else {
            rob(directory, world.chance(0.5));
        }
    }

    private void after(Transaction transaction) {
        for (Touch touch : transaction.touches()) {
            String directory = TwinTree.parent(touch.path());
            if (touch.change() == Watcher.Change.DELETED
                    && TwinTree.parent(directory).equals(paths.directories(Kind.LOCK))
                    && transaction.session() != SESSION
                    && !gone
                    && world.chance(0.3)) {
                world.after(world.latency() * 3, () -> rob(directory, true));
            }
        }
    }

    private void overwrite(String directory) {
        List<String> places = places(directory);
        if (!places.isEmpty()) {
            String place = directory + "/" + world.oneOf(places);
            world.note(() -> "a stranger writes over " + place);
            store.commit(SESSION, List.of(new Operation.SetData(place, "mine".getBytes(StandardCharsets.UTF_8), -1)));
        }
    }

    private void rob(String directory, boolean theFirst) {
        List<String> places = places(directory);
        if (!places.isEmpty()) {
            String place = directory + "/" + (theFirst ? places.get(0) : world.oneOf(places));
            world.note(() -> "a stranger removes " + place);
            oneHolder.rob(place);
            beliefs.excuse(OneHolder.lease(place));
            truth.rob(OneHolder.lease(place));
            store.commit(SESSION, List.of(new Operation.Delete(place, -1)));
        }
    }

    /** The places that are ours, in their order. */
    private List<String> places(String directory) {
        return store.children(directory).stream()
                .sorted(OneHolder.ORDER)
                .filter(name -> store.node(directory + "/" + name)
                        .map(node -> node.owner() == 0)
                        .orElse(false))
                .toList();
    }
}
