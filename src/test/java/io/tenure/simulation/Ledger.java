package io.tenure.simulation;

import io.tenure.coordination.Paths;
import io.tenure.simulation.Step.LeaseChange;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Follows the store's history and shows each transaction to the invariants, in the words of the domain. */
final class Ledger {
    private final World world;
    private final TwinStore store;
    private final List<Invariant> invariants;
    private final String leases;
    private final String outbox;
    private final Paths paths;
    /** The leases that stand, read once: what a write leaves is what the next one finds. */
    private final IdentityHashMap<TwinNode, LeaseView> views = new IdentityHashMap<>();

    Ledger(World world, TwinStore store, Paths paths, List<Invariant> invariants) {
        this.world = world;
        this.store = store;
        this.invariants = List.copyOf(invariants);
        this.leases = paths.leases() + "/";
        this.outbox = paths.outbox() + "/";
        this.paths = paths;
        store.follow(this::after);
    }

    private void after(Transaction transaction) {
        Step step = step(transaction);
        if (!step.quiet()) {
            world.note(step::told);
            invariants.forEach(invariant -> invariant.after(step));
        }
    }

    private Step step(Transaction transaction) {
        Map<String, @Nullable TwinNode> before = new TreeMap<>();
        Map<String, @Nullable TwinNode> after = new TreeMap<>();
        for (Touch touch : transaction.touches()) {
            if (touch.change() != null) {
                if (!before.containsKey(touch.path())) {
                    before.put(touch.path(), touch.before());
                }
                after.put(touch.path(), touch.after());
            }
        }
        Step step = new Step(transaction, new TreeMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        after.forEach((path, now) -> add(step, path, before.get(path), now));
        return step;
    }

    private void add(Step step, String path, @Nullable TwinNode old, @Nullable TwinNode now) {
        if (isTwoBelow(leases, path)) {
            LeaseView was = old == null ? null : views.remove(old);
            LeaseView is = now == null ? null : LeaseView.of(now);
            if (now != null && is != null) {
                views.put(now, is);
            }
            step.leases()
                    .put(
                            path.substring(path.lastIndexOf('/') + 1),
                            new LeaseChange(
                                    old != null && was == null ? LeaseView.of(old) : was,
                                    is,
                                    old == null
                                            ? 0
                                            : store.transaction(old.stamp().mzxid())
                                                    .nanos()));
        } else if (now != null && isTwoBelow(outbox, path)) {
            step.records().add(RecordView.of(path, now));
        } else if ((old == null) != (now == null) && Recipe.isPlace(path, paths)) {
            (now == null ? step.placesGone() : step.placesMade()).add(path);
        }
    }

    private static boolean isTwoBelow(String top, String path) {
        int slash = path.startsWith(top) ? path.indexOf('/', top.length()) : -1;
        return slash > 0 && path.indexOf('/', slash + 1) < 0;
    }

    /** The store has been put back. */
    void restored(Map<String, LeaseView> standing) {
        views.clear();
        world.note(() -> "the store is put back to zxid " + (store.last() & 0xffffffffL));
        invariants.forEach(invariant -> invariant.restored(standing));
    }

    void atEnd() {
        invariants.forEach(Invariant::atEnd);
    }
}
