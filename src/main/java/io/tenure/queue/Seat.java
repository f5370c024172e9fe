package io.tenure.queue;

import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a hold stands in a queue: what can be told from the names of the queue's nodes alone.
 *
 * @param last its place, of several the last
 * @param places how many places it has
 * @param position 0 for who is entitled to hold, 1 for who is next
 */
record Seat(Kind kind, Name name, Place last, int places, int position) {
    /** The seats of a queue, the first first. */
    static List<Seat> of(Kind kind, Name name, Contenders queue) {
        List<Place> lasts = queue.holds(Integer.MAX_VALUE);
        List<Integer> positions = queue.positions(lasts);
        List<Seat> seats = new ArrayList<>(lasts.size());
        int places = 0;
        for (Place place : queue.places()) {
            places++;
            Place last = lasts.get(seats.size());
            if (place.equals(last)) {
                seats.add(new Seat(kind, name, last, places, positions.get(seats.size())));
                places = 0;
            }
        }
        return seats;
    }

    /** Who may stand here, the same in every queue: the lease, or a native client's node. */
    String who() {
        return last.lease().map(lease -> lease.value()).orElseGet(() -> kind.wire() + " " + name + " " + last.node());
    }

    /** Whether it waits, if its lease says nothing else. */
    boolean waits() {
        return position > 0;
    }

    /** Whether whoever sits here goes on only after that one, who stands before it. */
    boolean isBehind(Seat before) {
        return !last.reads() || !before.last.reads();
    }
}
