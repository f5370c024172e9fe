package io.tenure.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Operation.Create;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the nodes that everything else stands below, before anyone else can.
 *
 * <p>Several servers may do so at once, and each start does it again: what is there is left as it is. All nodes are persistent, so
 * that a native Curator client finds parents that never vanish under it. Stateless.
 */
public final class Bootstrap {
    private static final String LANE = "bootstrap";
    private static final int TRIES = 10;

    private Bootstrap() {}

    /**
     * Makes what is missing, in one transaction, and blocks until it is done.
     *
     * @throws StoreException if the store was made by a version that this one must not follow
     * @throws StoreException.Away if it cannot be asked now
     */
    public static void prepare(Coordination coordination, Paths paths) {
        Map<String, byte[]> nodes = nodes(paths);
        for (int i = 0; i < TRIES; i++) {
            List<Operation> missing = missing(coordination, nodes, paths);
            if (missing.isEmpty()) {
                return;
            }
            Outcome outcome =
                    coordination.commit(LANE, missing).toCompletableFuture().join();
            if (outcome instanceof Outcome.Conflict conflict && conflict.cause() == Outcome.Cause.FORBIDDEN) {
                throw new StoreException(
                        "the store's access rules forbid to create %s: allow it, or choose another zookeeper.root"
                                .formatted(missing.get(conflict.index()).path()));
            }
            if (outcome.equals(new Outcome.Conflict(0, Outcome.Cause.ABSENT))) {
                throw new StoreException(
                        "%s cannot be created: make the path behind the servers in zookeeper.connectString first"
                                .formatted(missing.get(0).path()));
            }
            // Done: the next look finds everything. Exists: another server does the same. Unavailable: perhaps done.
        }
        throw new StoreException.Away(
                "the nodes below %s could not be made: is ZooKeeper serving?".formatted(paths.root()), null);
    }

    private static List<Operation> missing(Coordination coordination, Map<String, byte[]> nodes, Paths paths) {
        List<String> wanted = List.copyOf(nodes.keySet());
        List<Query> queries =
                new ArrayList<>(wanted.stream().<Query>map(Query.Data::new).toList());
        queries.add(new Query.Data(paths.restoring()));
        queries.add(new Query.Data(paths.restored()));
        List<Found> found;
        try {
            found = coordination.read(LANE, queries).toCompletableFuture().join();
        } catch (RuntimeException failure) {
            throw unanswered(failure);
        }
        if (Generation.number(found.get(wanted.size() + 1)) != paths.generation()) {
            throw new StoreException.Away("the cluster was restored while this server started: start it again", null);
        }
        // while a restore is under way, or cut off, there is no outbox, and so nothing can be granted
        boolean restoring = found.get(wanted.size()) instanceof Found.Node;
        List<Operation> missing = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            String path = wanted.get(i);
            if (found.get(i) instanceof Found.Node node) {
                if (path.equals(paths.format())) {
                    StoreFormat.require(node.data(), "node " + path);
                }
            } else if (!restoring || !path.startsWith(paths.outbox())) {
                missing.add(new Create(path, nodes.getOrDefault(path, new byte[0]), Operation.Mode.PERSISTENT));
            }
        }
        return missing;
    }

    /** Why a server cannot start when the store does not answer this way. */
    static StoreException unanswered(RuntimeException failure) {
        return failure.getCause() instanceof Refusal refusal && refusal.code() == ErrorCode.INTERNAL
                ? new StoreException(
                        refusal.detail()
                                + "; with its access rules see to zookeeper.auth, or choose another zookeeper.root",
                        failure)
                : new StoreException.Away(
                        "ZooKeeper cannot be asked: is it running, and reachable from here?", failure);
    }

    /** All nodes with what stands in them at first, parents before children. */
    private static Map<String, byte[]> nodes(Paths paths) {
        Map<String, byte[]> nodes = new LinkedHashMap<>();
        for (int slash = paths.root().indexOf('/', 1);
                slash > 0;
                slash = paths.root().indexOf('/', slash + 1)) {
            nodes.put(paths.root().substring(0, slash), new byte[0]);
        }
        nodes.put(paths.root(), new byte[0]);
        Arrays.stream(Kind.values())
                .filter(kind -> kind != Kind.LEASE)
                .forEach(kind -> nodes.put(paths.directories(kind), new byte[0]));
        nodes.put(paths.sys(), new byte[0]);
        nodes.put(paths.format(), StoreFormat.CURRENT.bytes());
        for (String sharded : List.of(paths.leases(), paths.outbox(), paths.endeds())) {
            nodes.put(sharded, new byte[0]);
            for (String shard : LeaseId.shards()) {
                nodes.put(sharded + "/" + shard, new byte[0]);
            }
        }
        nodes.put(paths.servers(), new byte[0]);
        nodes.put(paths.mode(), new byte[0]);
        nodes.put(paths.permits(), new byte[0]);
        nodes.put(paths.coordinator(), new byte[0]);
        nodes.put(paths.epoch(), new byte[0]);
        nodes.put(paths.barrier(), new byte[0]);
        nodes.put(paths.attention(), new byte[0]);
        nodes.put(paths.ages(), new byte[0]);
        nodes.put(paths.backlog(), new byte[0]);
        nodes.put(paths.asked(), new byte[0]);
        nodes.put(paths.tokenBase(), "0".getBytes(UTF_8));
        return nodes;
    }
}
