package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told to have the role of coordinator, and when.
 *
 * <p>It is not fair and not exact: a successor may be told before its predecessor hears of the loss, there may be nobody for a
 * while, and a loss may be noticed late. Whoever is chosen has a node below the latch for as long as it is. In calm weather the role passes at once, to whoever has stood longest.
 */
public final class Election {
    private final World world;
    private final TwinStore store;
    private final Paths paths;
    private final List<TwinRole> candidates = new ArrayList<>();
    private @Nullable TwinRole chosen;
    private String place = "";

    private int choices;

    public Election(World world, TwinStore store, Paths paths) {
        this.world = world;
        this.store = store;
        this.paths = paths;
    }

    void stand(TwinRole role) {
        candidates.add(role);
        if (chosen == null) {
            choose(role, someTime());
        }
    }

    void leave(TwinRole role) {
        candidates.remove(role);
        if (chosen == role) {
            chosen = null;
            change();
        }
    }

    /** The role passes to somebody, perhaps to the same server in a new term. */
    public void change() {
        TwinRole old = chosen;
        chosen = null;
        store.commit(0, List.of(new Operation.Delete(place, -1)));
        long lost = someTime();
        if (old != null) {
            // The loss is noticed before the next one wins, or well after.
            String its = place;
            world.after(lost, () -> old.lose(its));
        }
        if (!candidates.isEmpty()) {
            TwinRole next = world.weather().latency().isZero() ? candidates.get(0) : world.oneOf(candidates);
            choose(next, next == old ? lost + someTime() : someTime());
        }
    }

    private void choose(TwinRole next, long after) {
        chosen = next;
        String its = paths.latch() + "/" + "%08d".formatted(choices++);
        place = its;
        store.commit(0, List.of(new Operation.Create(its, new byte[0], Operation.Mode.PERSISTENT)));
        world.after(after, () -> next.win(its));
    }

    private long someTime() {
        return world.weather().latency().isZero() ? 0 : world.bits(3_000_000_000L);
    }
}
