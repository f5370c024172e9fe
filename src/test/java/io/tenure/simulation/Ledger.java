package io.tenure.simulation;

import io.tenure.coordination.Paths;
import java.util.List;

/** Follows the store's history and shows each transaction to the invariants, in the words of the domain. */
final class Ledger {
    private final World world;
    private final TwinStore store;
    private final Paths paths;
    private final List<Invariant> invariants;

    Ledger(World world, TwinStore store, Paths paths, List<Invariant> invariants) {
        this.world = world;
        this.store = store;
        this.paths = paths;
        this.invariants = List.copyOf(invariants);
        store.follow(this::after);
    }

    private void after(Transaction transaction) {
        Step step = Step.of(transaction, paths, store);
        if (!step.quiet()) {
            world.note(step::told);
            invariants.forEach(invariant -> invariant.after(step));
        }
    }

    void atEnd() {
        invariants.forEach(Invariant::atEnd);
    }
}
