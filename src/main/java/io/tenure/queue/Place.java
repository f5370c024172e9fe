package io.tenure.queue;

import io.tenure.coordination.Paths;
import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import java.util.Comparator;
import java.util.Optional;

/**
 * A place in a queue: a queue node by its name. Places are ordered as Curator's recipes order them: by the text behind the last
 * occurrence of the recipe's word, which is the ten digits of the sequence.
 *
 * @param sequence the text that decides
 * @param node the node's full name
 * @param reads whether it is a reader's place in the queue of a read/write lock
 */
record Place(String sequence, String node, boolean reads) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::sequence).thenComparing(Place::node);
    private static final int ID_AT = "_c_".length();
    private static final int ID_LENGTH = 36;

    /** The place of a queue node. A name without the recipe's word is ordered by the whole of it, as Curator does. */
    static Place of(Kind kind, String node) {
        if (kind == Kind.RWLOCK) {
            String reader = Paths.marker(kind, Mode.READ);
            int at = node.lastIndexOf(reader);
            if (at >= 0) {
                return new Place(node.substring(at + reader.length()), node, true);
            }
        }
        String marker = Paths.marker(kind, Mode.WRITE);
        int at = node.lastIndexOf(marker);
        return new Place(at < 0 ? node : node.substring(at + marker.length()), node, false);
    }

    /** The lease that may stand at this place: a native contender's place bears an id too, which is no lease's. */
    Optional<LeaseId> lease() {
        if (!node.startsWith("_c_") || node.length() <= ID_AT + ID_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LeaseId(node.substring(ID_AT, ID_AT + ID_LENGTH)));
        } catch (Refusal noUuid) {
            return Optional.empty();
        }
    }

    /** Whether both are places of one hold, or of one native client that asked for several permits at once. */
    boolean isOfSameHoldAs(Place other) {
        return node.length() > ID_AT + ID_LENGTH && node.regionMatches(0, other.node, 0, ID_AT + ID_LENGTH);
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
