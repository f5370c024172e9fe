package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Watcher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Somebody who may write below the queues and does not keep to the protocol: he removes places, and writes over them. */
final class Stranger {
    static final long SESSION = -1;

    private static final Duration MEETING = Duration.ofMillis(100);

    private final World world;
    private final TwinStore store;
    private final Plan plan;
    private final Paths paths;
    private final Entitled entitled;
    private final Beliefs beliefs;
    private final Truth truth;
    private boolean gone;

    Stranger(World world, TwinStore store, Plan plan, Paths paths, Entitled entitled, Beliefs beliefs, Truth truth) {
        this.world = world;
        this.store = store;
        this.plan = plan;
        this.paths = paths;
        this.entitled = entitled;
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
        Thing thing = world.oneOf(plan.things());
        // a native candidate is deaf once the place that it watches is written over, whatever others do
        if (world.chance(0.3) && thing.recipe() != Recipe.ELECTION) {
            overwrite(thing);
        } else {
            rob(thing, world.chance(0.5));
        }
    }

    /** Strikes, now and then, while somebody hands the thing to another: between his look and his write, if it goes well. */
    void meet(Thing thing) {
        if (plan.robber() && !gone && world.chance(0.5)) {
            world.after(world.bits(MEETING.toNanos()), () -> rob(thing, true));
        }
    }

    private void after(Transaction transaction) {
        for (Touch touch : transaction.touches()) {
            if (touch.change() == Watcher.Change.DELETED
                    && Recipe.isPlace(touch.path(), paths)
                    && transaction.session() != SESSION
                    && !gone
                    && world.chance(0.3)) {
                world.after(world.latency() * 3, () -> rob(Thing.of(Thing.ofPlace(touch.path())), true));
            }
        }
    }

    private void overwrite(Thing thing) {
        List<String> places = places(thing);
        if (!places.isEmpty()) {
            String place = thing.directory(paths) + "/" + world.oneOf(places);
            world.note(() -> "a stranger writes over " + place);
            store.commit(SESSION, List.of(new Operation.SetData(place, "mine".getBytes(StandardCharsets.UTF_8), -1)));
        }
    }

    private void rob(Thing thing, boolean theFirst) {
        List<String> places = places(thing);
        if (!places.isEmpty()) {
            String place = thing.directory(paths) + "/" + (theFirst ? places.get(0) : world.oneOf(places));
            world.note(() -> "a stranger removes " + place);
            entitled.rob(place);
            beliefs.excuse(Recipe.lease(place));
            truth.rob(Recipe.lease(place));
            store.commit(SESSION, List.of(new Operation.Delete(place, -1)));
        }
    }

    /** The places that are ours, in their order. */
    private List<String> places(Thing thing) {
        return thing.queue(store, paths).stream()
                .filter(name -> store.node(thing.directory(paths) + "/" + name)
                        .map(node -> node.owner() == 0)
                        .orElse(false))
                .toList();
    }
}
