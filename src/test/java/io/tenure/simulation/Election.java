package io.tenure.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told to have the role of coordinator, and when.
 *
 * <p>It is not fair and not exact: a successor may be told before its predecessor hears of the loss, there may be nobody for a
 * while, and a loss may be noticed late. In calm weather the role passes at once, to whoever has stood longest.
 */
public final class Election {
    private final World world;
    private final List<TwinRole> candidates = new ArrayList<>();
    private @Nullable TwinRole chosen;

    public Election(World world) {
        this.world = world;
    }

    void stand(TwinRole role) {
        candidates.add(role);
        if (chosen == null) {
            choose(role);
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
        if (old != null) {
            // The loss is noticed before the next one wins, or well after.
            world.after(someTime(), old::lose);
        }
        if (!candidates.isEmpty()) {
            choose(world.weather().latency().isZero() ? candidates.get(0) : world.oneOf(candidates));
        }
    }

    private void choose(TwinRole next) {
        chosen = next;
        world.after(someTime(), next::win);
    }

    private long someTime() {
        return world.weather().latency().isZero() ? 0 : world.bits(3_000_000_000L);
    }
}
