package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One queue as it looked to a request that has just come.
 *
 * @param directoryStands whether its directory is there, be it empty
 * @param length how many places it has, the holders' among them
 * @param waiting how many holds wait in it
 * @param out how many places those take who need not wait
 * @param first the first of its places
 * @param isOpen whether a place at its end would be entitled at once
 * @param permits of a semaphore how many permits it has
 * @param head what was found at the first place in the same read ({@link Heads#queries}); empty when it was not asked for
 */
record Sight(
        boolean directoryStands,
        int length,
        int waiting,
        int out,
        Optional<Place> first,
        boolean isOpen,
        Permits permits,
        List<Found> head) {
    /** A queue that nobody stands in. */
    static Sight empty(boolean directoryStands, Permits permits) {
        return new Sight(directoryStands, 0, 0, 0, Optional.empty(), true, permits, List.of());
    }

    /** A queue with these nodes, as it looks to who wants this. */
    static Sight of(Want want, Collection<String> nodes, Permits permits) {
        return want.shares() || want.kind() == Kind.RWLOCK
                ? of(want, Contenders.of(want.kind(), nodes, permits))
                : new Sight(
                        true,
                        nodes.size(),
                        Math.max(0, nodes.size() - 1),
                        Math.min(1, nodes.size()),
                        nodes.stream().map(node -> Place.of(want.kind(), node)).min(Place::compareTo),
                        nodes.isEmpty(),
                        permits,
                        List.of());
    }

    /** The same of places that are sorted already. */
    static Sight of(Want want, Contenders contenders) {
        return new Sight(
                true,
                contenders.size(),
                contenders.waiting(),
                contenders.out(),
                contenders.first(),
                contenders.isOpenTo(want.mode() == Mode.READ, want.places()),
                contenders.permits(),
                List.of());
    }

    /** The same, with what was found at the first place. */
    Sight with(List<Found> found) {
        return new Sight(directoryStands, length, waiting, out, first, isOpen, permits, found);
    }

    boolean isEmpty() {
        return length == 0;
    }
}
