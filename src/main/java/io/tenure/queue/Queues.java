package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Looks at queues from outside: who stands in them, native contenders too. Safe for use by many threads. */
public final class Queues {
    private final LeaseNodes nodes;

    public Queues(LeaseNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Somebody in a queue.
     *
     * @param lease the lease; empty for a native contender
     * @param node the queue node; a native's data is its own description
     */
    public record Contender(String name, Optional<StoredLease> lease, Found.Node node) {}

    /**
     * A queue at one moment.
     *
     * @param length how many places there are
     * @param first those at the head, the first first, as many as were asked for
     * @param latest the highest transaction number seen: grows with every change
     */
    public record Queue(int length, List<Contender> first, long latest) {}

    /** The queue of a name, with its first contenders. */
    public CompletionStage<Queue> look(Kind kind, Name name, int most) {
        String directory = nodes.paths().directory(kind, name);
        String lane = name.value();
        List<Query> directoryQueries = List.of(new Query.Children(directory), new Query.Data(directory));
        return nodes.store().read(lane, directoryQueries).thenCompose(found -> {
            List<Place> places =
                    found.get(0) instanceof Found.Children children ? Place.sorted(kind, children.names()) : List.of();
            long pzxid = found.get(1) instanceof Found.Node node ? node.stamp().pzxid() : 0;
            List<Place> some = places.subList(0, Math.min(most, places.size()));
            if (some.isEmpty()) {
                return java.util.concurrent.CompletableFuture.completedFuture(new Queue(0, List.of(), pzxid));
            }
            List<Query> queries = new ArrayList<>();
            for (Place place : some) {
                queries.add(new Query.Data(directory + "/" + place.node()));
                queries.add(new Query.Data(
                        place.lease().map(lease -> nodes.paths().lease(lease)).orElse(directory + "/" + place.node())));
            }
            return nodes.store().read(lane, queries).thenApply(all -> queue(places.size(), pzxid, some, all));
        });
    }

    private Queue queue(int length, long pzxid, List<Place> places, List<Found> found) {
        List<Contender> contenders = new ArrayList<>();
        long latest = pzxid;
        for (int i = 0; i < places.size(); i++) {
            if (!(found.get(2 * i) instanceof Found.Node node)) {
                continue;
            }
            Found leaseNode = found.get(2 * i + 1);
            Optional<StoredLease> stored = places.get(i).lease().flatMap(id -> nodes.stored(id, leaseNode));
            contenders.add(new Contender(places.get(i).node(), stored, node));
            latest = Math.max(latest, stored.map(lease -> lease.stamp().mzxid()).orElse(0L));
        }
        return new Queue(length, contenders, latest);
    }

    /** How many stand before a lease in a queue; empty when it is not there. */
    public CompletionStage<Optional<Integer>> position(Kind kind, Name name, LeaseId lease) {
        String directory = nodes.paths().directory(kind, name);
        String prefix = Paths.placePrefix(kind, lease);
        return nodes.store()
                .read(name.value(), List.of(new Query.Children(directory)))
                .thenApply(found -> {
                    List<Place> places = found.get(0) instanceof Found.Children children
                            ? Place.sorted(kind, children.names())
                            : List.of();
                    for (int i = 0; i < places.size(); i++) {
                        if (places.get(i).node().startsWith(prefix)) {
                            return Optional.of(i);
                        }
                    }
                    return Optional.empty();
                });
    }
}
