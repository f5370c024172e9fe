package io.tenure.queue;

import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A place in a queue, for who reads a queue as a whole.
 *
 * @param node the queue node's name
 * @param lease the lease that may stand there: a native client's place bears an id too, which is no lease's
 */
public record Standing(String node, Optional<LeaseId> lease) {
    /** All places of a queue, the first first. */
    public static List<Standing> inOrder(Kind kind, Collection<String> nodes) {
        return nodes.stream()
                .map(node -> Place.of(kind, node))
                .sorted()
                .map(place -> new Standing(place.node(), place.lease()))
                .toList();
    }
}
