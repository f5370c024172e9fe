package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Looks at queues from outside: who stands in them, native contenders too. Safe for use by many threads. */
public final class Queues {
    private static final String NEVER = "0";
    private static final String GONE = "-0";
    private static final int MOST_DATA = 200;

    /** So often a queue that changes while it is looked at is looked at anew, before what was seen of two moments is shown. */
    private static final int AGAIN = 3;

    private final LeaseNodes nodes;

    public Queues(LeaseNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Somebody in a queue.
     *
     * @param name the queue node, of several of one hold the last
     * @param lease the lease; empty for a native contender
     * @param node the queue node; a native's data is its own description
     * @param position 0 for who is entitled to hold, 1 for who is next
     */
    public record Contender(String name, Optional<StoredLease> lease, Found.Node node, int position) {
        /** What a native client says of itself, cut where it is long. */
        public String says() {
            String text = new String(node.data(), StandardCharsets.UTF_8);
            return text.length() > MOST_DATA ? text.substring(0, MOST_DATA) : text;
        }
    }

    /**
     * A queue at one moment.
     *
     * @param waiting how many holds wait
     * @param first those at the head, the first first, as many as were asked for
     * @param revision differs from that of any other time at which it looked different; renewals do not count
     * @param permits of a semaphore how many it has, 0 when nobody has said; otherwise 1
     */
    public record Queue(int waiting, List<Contender> first, String revision, int permits) {}

    /** The queue of a name, with its first contenders. */
    public CompletionStage<Queue> look(Kind kind, Name name, int most) {
        return look(kind, name, most, AGAIN);
    }

    private CompletionStage<Queue> look(Kind kind, Name name, int most, int again) {
        List<Want> wants = List.of(Want.of(kind, name));
        List<Query> queries = new ArrayList<>(Looked.queries(nodes, wants));
        queries.addAll(changes(kind, name));
        return nodes.store().read(name.value(), queries).thenCompose(found -> {
            Contenders contenders = Looked.queues(wants, found).get(0);
            return look(kind, name, contenders, revision(kind, found), most, again);
        });
    }

    private CompletionStage<Queue> look(
            Kind kind, Name name, Contenders contenders, String revision, int most, int again) {
        List<Place> places = contenders.holds(most);
        if (places.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new Queue(0, List.of(), revision, contenders.permits().count()));
        }
        String directory = nodes.paths().directory(kind, name) + "/";
        List<Query> queries = new ArrayList<>();
        for (Place place : places) {
            Query own = new Query.Data(directory + place.node());
            queries.add(own);
            queries.add(place.lease().map(nodes::query).orElse(own));
        }
        queries.addAll(changes(kind, name));
        return nodes.store().read(name.value(), queries).thenCompose(found -> {
            if (again > 0 && !revision(kind, found).equals(revision)) {
                return look(kind, name, most, again - 1);
            }
            List<Contender> first = new ArrayList<>();
            List<Integer> positions = contenders.positions(places);
            for (int i = 0; i < places.size(); i++) {
                Found leaseNode = found.get(2 * i + 1);
                Optional<StoredLease> stored = places.get(i).lease().flatMap(id -> nodes.stored(id, leaseNode));
                if (found.get(2 * i) instanceof Found.Node node) {
                    first.add(new Contender(places.get(i).node(), stored, node, positions.get(i)));
                } else if (stored.isPresent()
                        && stored.get().lease().hold(kind, name).isPresent()) {
                    // its place was moved between the two reads, by a downgrade or a transfer: it must not be missed
                    return look(kind, name, most, 0);
                }
            }
            return CompletableFuture.completedFuture(new Queue(
                    contenders.waiting(), first, revision, contenders.permits().count()));
        });
    }

    /** Asks when the queue of a name looked different last: always as many questions, and the last ones of a read. */
    private List<Query> changes(Kind kind, Name name) {
        Query directory = new Query.Data(nodes.paths().directory(kind, name));
        return kind == Kind.SEMAPHORE ? List.of(Permits.query(nodes.paths(), name), directory) : List.of(directory);
    }

    /**
     * What a read that ends with the answers to {@link #changes} says: the number of the last transaction that changed what it shows.
     * Of a semaphore whose directory has gone it is that of its permits and marked, for without the mark it may be that of a time at
     * which some were out.
     */
    private static String revision(Kind kind, List<Found> found) {
        int last = found.size() - 1;
        Long directory = found.get(last) instanceof Found.Node node
                ? Long.valueOf(Math.max(node.stamp().pzxid(), node.stamp().mzxid()))
                : null;
        if (kind != Kind.SEMAPHORE || !(found.get(last - 1) instanceof Found.Node permits)) {
            return directory == null ? NEVER : Long.toUnsignedString(directory);
        }
        long changed = permits.stamp().mzxid();
        return directory == null
                ? Long.toUnsignedString(changed) + GONE
                : Long.toUnsignedString(Math.max(directory, changed));
    }

    /** How many wait before a lease in a queue, it counted; 0 when it is entitled, empty when it is not there. */
    public CompletionStage<Optional<Integer>> position(Kind kind, Name name, LeaseId lease) {
        List<Want> wants = List.of(Want.of(kind, name));
        String prefix = Paths.placePrefix(lease);
        return nodes.store().read(name.value(), Looked.queries(nodes, wants)).thenApply(found -> {
            Contenders contenders = Looked.queues(wants, found).get(0);
            return contenders.places().stream()
                    .filter(place -> place.node().startsWith(prefix))
                    .max(Comparator.naturalOrder())
                    .map(contenders::position);
        });
    }
}
