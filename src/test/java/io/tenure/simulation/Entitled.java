package io.tenure.simulation;

import io.tenure.coordination.Paths;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Invariants 1 and 4: whoever is granted something is entitled to it by its place in the queue at that moment, natives counted, and
 * stays so until its hold ends. Whoever is not entitled keeps those behind it from being so, so grants follow the order of the places.
 * Permits that become fewer end no hold, and forbid no grant of what stands among the first so many; where they become so by the very
 * transaction that grants, the grant may have come before.
 *
 * <p>A place is removed only by the write that ends its hold, and made only by one that adds a hold: a hold has one place, or one for
 * each permit. Places that a stranger has removed are excused: such a hold is lost, and others may be granted; but it may not be
 * granted any more itself.
 */
final class Entitled implements Invariant {
    private final TwinStore store;
    private final Paths paths;
    /** All holds that have places, by thing and lease. */
    private final Map<String, NavigableMap<String, HoldView>> holds = new TreeMap<>();
    /** {@code <lease> <kind>/<name>} of places that a stranger has removed. */
    private final NavigableSet<String> robbed = new TreeSet<>();

    Entitled(TwinStore store, Paths paths) {
        this.store = store;
        this.paths = paths;
    }

    /** A stranger is about to remove this place. */
    void rob(String place) {
        robbed.add(Recipe.lease(place) + " " + Thing.ofPlace(place));
    }

    @Override
    public void after(Step step) {
        Map<String, NavigableSet<String>> granted = new TreeMap<>();
        step.placesMade().forEach(place -> granted.put(Thing.ofPlace(place), new TreeSet<>()));
        step.placesGone().forEach(place -> granted.put(Thing.ofPlace(place), new TreeSet<>()));
        step.leases().forEach((lease, change) -> {
            track(lease, change);
            for (LeaseView view : change.views()) {
                view.holds().keySet().forEach(thing -> granted.putIfAbsent(thing, new TreeSet<>()));
            }
            change.became("HELD")
                    .forEach(thing ->
                            granted.getOrDefault(thing, new TreeSet<>()).add(lease));
        });
        granted.forEach((thing, leases) -> new Look(Thing.of(thing), leases, step.transaction()).check());
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        holds.clear();
        leases.forEach((lease, view) -> track(lease, new Step.LeaseChange(null, view, 0)));
    }

    private void track(String lease, Step.LeaseChange change) {
        if (change.before() != null) {
            change.before().holds().keySet().forEach(thing -> of(thing).remove(lease));
        }
        if (change.after() != null) {
            change.after().holds().forEach((thing, hold) -> of(thing).put(lease, hold));
        }
    }

    private NavigableMap<String, HoldView> of(String thing) {
        return holds.computeIfAbsent(thing, any -> new TreeMap<>());
    }

    /** One thing, its places and its holds after a transaction. */
    private final class Look {
        private final Thing thing;
        /** The leases that the transaction granted it to. */
        private final NavigableSet<String> granted;

        private final List<String> queue;
        /** Before or after it, whichever are more. */
        private final int permits;

        private final NavigableMap<String, HoldView> held;
        /** Our places by their leases, each in their order. */
        private final NavigableMap<String, NavigableSet<String>> ours = new TreeMap<>();

        Look(Thing thing, NavigableSet<String> granted, Transaction transaction) {
            this.thing = thing;
            this.granted = granted;
            this.queue = thing.queue(store, paths);
            this.permits = Math.max(thing.permits(store, paths), thing.permitsBefore(transaction, paths));
            this.held = of(thing.toString());
            queue.stream()
                    .filter(this::isOurs)
                    .forEach(place -> ours.computeIfAbsent(
                                    Recipe.lease(place),
                                    any -> new TreeSet<>(thing.recipe().order()))
                            .add(place));
        }

        private boolean isOurs(String place) {
            return store.node(thing.directory(paths) + "/" + place)
                    .map(node -> node.owner() == 0)
                    .orElse(false);
        }

        void check() {
            ours.forEach((lease, places) -> places.forEach(place -> placeHasAHold(lease, place)));
            held.forEach(this::holdHasItsPlaces);
        }

        private void placeHasAHold(String lease, String place) {
            HoldView hold = held.get(lease);
            if (hold == null) {
                throw new Violation("invariant 7: place " + place + " of " + thing + " belongs to no hold");
            }
            if (thing.recipe() == Recipe.RWLOCK && hold.reads() != Recipe.reads(place)) {
                throw new Violation("invariant 7: place " + place + " of " + thing + " is not of the mode of " + hold);
            }
        }

        private void holdHasItsPlaces(String lease, HoldView hold) {
            NavigableSet<String> places = ours.getOrDefault(lease, new TreeSet<>());
            if (places.size() > hold.count()) {
                throw new Violation("invariant 6: " + lease + " has " + places.size() + " places for " + thing
                        + " and wants " + hold.count());
            }
            if (places.size() == hold.count()) {
                boolean stays = thing.recipe() != Recipe.SEMAPHORE && "HELD".equals(hold.state());
                if (stays || granted.contains(lease)) {
                    isEntitled(lease, places.last());
                }
            } else if (granted.contains(lease)) {
                throw new Violation(
                        "invariant 1: " + lease + " was granted " + thing + " without a place in its queue for each");
            } else if (!robbed.contains(lease + " " + thing)) {
                throw new Violation("invariant 7: " + lease + " has lost its place for " + thing);
            }
        }

        private void isEntitled(String lease, String last) {
            if (!thing.recipe().entitles(queue, last, permits)) {
                throw new Violation("invariants 1 and 4: " + lease + " holds " + thing + " and is not entitled to it, "
                        + (thing.recipe() == Recipe.SEMAPHORE ? permits + " permits, " : "") + queue);
            }
        }
    }
}
