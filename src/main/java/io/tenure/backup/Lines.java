package io.tenure.backup;

import io.tenure.archive.Piece;
import io.tenure.coordination.Paths;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who stands where in every queue: gives each hold a new place, from sequence zero on, in the order of the old ones.
 *
 * <p>Who held stands before who waits, and who was promised to lead next before the others who wait: a place that was replaced after the
 * line had been read ({@code docs/protocol.md} 16) is known by its old name only. A hold without a place in its line is none: it is
 * dropped. Not safe for use by several threads.
 */
final class Lines {
    /** The kind and the name, as one key. */
    private final Map<String, Map<LeaseId, Integer>> read = new HashMap<>();

    private final Map<String, List<Stand>> lines = new TreeMap<>();

    /** A hold in a line; the lower rank comes first. */
    private record Stand(LeaseId lease, Hold hold, int rank, long order) {}

    /** A new queue: its name and its nodes with what they show, the first first. */
    record Line(Kind kind, Name name, Map<String, byte[]> places) {}

    /** Takes a line as it was read. */
    void read(Piece.Queue queue) {
        Map<LeaseId, Integer> order = new HashMap<>();
        for (int i = 0; i < queue.places().size(); i++) {
            int at = i;
            Standing.inOrder(Kind.of(queue.kind()), List.of(queue.places().get(i)))
                    .forEach(standing -> standing.lease().ifPresent(lease -> order.put(lease, at)));
        }
        read.put(queue.kind() + " " + queue.name(), order);
    }

    /** Takes a lease. Empty when it was made for holds and none of them has a place; without those of its holds that have none. */
    Optional<Lease> join(Redo.Sharp sharp) {
        List<Hold> standing = new ArrayList<>();
        for (Hold hold : sharp.lease().holds()) {
            String thing = hold.want().thing();
            Integer order = read.getOrDefault(thing, Map.of()).get(sharp.id());
            if (order != null) {
                standing.add(hold);
                lines.computeIfAbsent(thing, any -> new ArrayList<>())
                        .add(stand(sharp.id(), hold, order, sharp.jumps().get(thing)));
            }
        }
        return sharp.lease().forHolds() && standing.isEmpty()
                ? Optional.empty()
                : Optional.of(sharp.lease().withHolds(standing));
    }

    private static Stand stand(LeaseId lease, Hold hold, int order, @Nullable Long jump) {
        if (hold.state() != State.QUEUED) {
            return new Stand(lease, hold, 0, order);
        }
        return jump == null ? new Stand(lease, hold, 2, order) : new Stand(lease, hold, 1, -jump);
    }

    /** Gives out the places, once all have joined: the last place of each hold, by its lease and what it is on. */
    Map<String, String> places(Collection<Line> made) {
        Map<String, String> last = new HashMap<>();
        lines.forEach((thing, stands) -> {
            stands.sort(Comparator.comparingInt(Stand::rank).thenComparingLong(Stand::order));
            Map<String, byte[]> places = new LinkedHashMap<>();
            int sequence = 0;
            for (Stand stand : stands) {
                Hold hold = stand.hold();
                String prefix = Paths.placePrefix(hold.kind(), hold.want().mode(), stand.lease());
                String place = "";
                for (int i = 0; i < hold.want().places(); i++) {
                    place = prefix + Paths.sequence(sequence++);
                    places.put(place, hold.want().shown());
                }
                last.put(key(stand.lease(), hold), place);
            }
            Hold any = stands.get(0).hold();
            made.add(new Line(any.kind(), any.name(), places));
        });
        return last;
    }

    /** A hold of a lease, as a key of {@link #places}. */
    static String key(LeaseId lease, Hold hold) {
        return lease + " " + hold.want().thing();
    }
}
