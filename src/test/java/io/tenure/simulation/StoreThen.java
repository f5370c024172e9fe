package io.tenure.simulation;

import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.StoredLease;
import io.tenure.name.LeaseId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The leases and queues of a store as they stood after one transaction: what no client can see. */
final class StoreThen {
    private final TwinStore store;
    private final Paths paths;
    private final long zxid;
    private final Map<LeaseId, StoredLease> leases = new TreeMap<>();

    StoreThen(TwinStore store, Paths paths, long zxid, long base) {
        this.store = store;
        this.paths = paths;
        this.zxid = zxid;
        // all at once: each look back goes through the store's history
        List<Found> shards = store.find(
                Arrays.stream(LeaseId.shards())
                        .<Query>map(shard -> new Query.Children(paths.leases() + "/" + shard))
                        .toList(),
                zxid);
        List<LeaseId> ids = shards.stream()
                .flatMap(found -> found instanceof Found.Children children
                        ? children.names().stream().map(LeaseId::new)
                        : Stream.empty())
                .toList();
        List<Found> nodes = store.find(
                ids.stream().<Query>map(id -> new Query.Data(paths.lease(id))).toList(), zxid);
        for (int i = 0; i < ids.size(); i++) {
            if (nodes.get(i) instanceof Found.Node node) {
                StoredLease stored = StoredLease.of(ids.get(i), node.data(), node.stamp(), base);
                if (!stored.lease().tombstone()) {
                    leases.put(ids.get(i), stored);
                }
            }
        }
    }

    private Found find(Query query) {
        return store.find(List.of(query), zxid).get(0);
    }

    private List<String> children(String path) {
        return find(new Query.Children(path)) instanceof Found.Children children ? children.names() : List.of();
    }

    Map<LeaseId, StoredLease> leases() {
        return leases;
    }

    /** Whether a lease stood and had not ended. */
    boolean lives(LeaseId id) {
        StoredLease stored = leases.get(id);
        return stored != null && stored.lease().lives();
    }

    /** Whether a lease is asked to end. */
    boolean isRevoked(LeaseId id) {
        StoredLease stored = leases.get(id);
        return stored != null && stored.lease().revoked() != null;
    }

    /** The holds of a lease that are held or wait, each by what it is on, how, and its token, or since when it waits. */
    List<String> holds(LeaseId id) {
        StoredLease stored = leases.get(id);
        return stored == null
                ? List.of()
                : stored.lease().holds().stream()
                        .filter(hold -> hold.state() != State.DELAYED)
                        .map(hold -> told(stored, hold))
                        .sorted()
                        .toList();
    }

    private static String told(StoredLease stored, Hold hold) {
        return hold.want().thing() + " " + hold.want().mode() + " "
                + hold.want().places() + " " + hold.state()
                + (hold.state() == State.HELD ? " " + stored.token(hold) : " since " + stored.queuedAt(hold));
    }

    /** Whether somebody's hold has ended and keeps the name closed. */
    boolean isClosed(Thing thing) {
        return leases.keySet().stream()
                .flatMap(id -> hold(id, thing).stream())
                .anyMatch(hold -> hold.state() == State.DELAYED);
    }

    /** The places of a thing, the first first. */
    List<String> places(Thing thing) {
        List<String> places = new ArrayList<>(children(thing.directory(paths)));
        places.sort(thing.recipe().order());
        return places;
    }

    /** Who stands in the queue of a thing: first those who hold, then those who wait, each in the order of their places. */
    List<LeaseId> line(Thing thing) {
        List<LeaseId> held = new ArrayList<>();
        List<LeaseId> waiting = new ArrayList<>();
        for (String place : places(thing)) {
            LeaseId id = new LeaseId(Recipe.lease(place));
            hold(id, thing).ifPresent(hold -> {
                List<LeaseId> line = hold.state() == State.QUEUED ? waiting : held;
                if (!line.contains(id)) {
                    line.add(id);
                }
            });
        }
        held.addAll(waiting);
        return held;
    }

    Optional<Hold> hold(LeaseId id, Thing thing) {
        return Optional.ofNullable(leases.get(id))
                .flatMap(stored -> stored.lease().holds().stream()
                        .filter(hold -> (hold.kind().wire() + "/" + hold.name()).equals(thing.toString()))
                        .findFirst());
    }

    int permits(Thing thing) {
        return find(new Query.Data(thing.permitsNode(paths))) instanceof Found.Node node
                ? ByteBuffer.wrap(node.data()).getInt()
                : 0;
    }
}
