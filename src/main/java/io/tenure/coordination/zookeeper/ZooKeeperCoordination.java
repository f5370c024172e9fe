package io.tenure.coordination.zookeeper;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * The port over ZooKeeper: a lane is one of a few sessions, chosen by the hash of its key.
 *
 * <p>Lists of operations go to ZooKeeper's own {@code multi}, asynchronously, because Curator's asynchronous transaction loses
 * which operation failed; Curator keeps the connections and replaces expired sessions. No call blocks. Safe for use by many
 * threads. Lives until {@link #close}, after which every call is answered as without connection.
 */
public final class ZooKeeperCoordination implements Coordination, AutoCloseable {
    private static final long LOOK_MILLIS = 5;

    private final List<Lane> lanes;
    private final Silence silence;

    private ZooKeeperCoordination(List<Lane> lanes, Silence silence) {
        this.lanes = lanes;
        this.silence = silence;
    }

    /** Begins to connect, and returns before there is a connection. */
    public static ZooKeeperCoordination open(Connection connection, Timers timers) {
        List<Lane> lanes = IntStream.range(0, connection.sessions())
                .mapToObj(i -> new Lane(connection, String.valueOf(i), timers))
                .toList();
        lanes.forEach(Lane::start);
        return new ZooKeeperCoordination(lanes, new Silence(lanes));
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        requireSome(operations);
        // here, and not among others that would have to share the refusal
        operations.forEach(operation -> PathUtils.validatePath(operation.path(), isSequential(operation)));
        return lane(lane).commit(operations, pace);
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        requireSome(queries);
        Request.Sender<List<Found>> sender = queries.size() == 1 ? one(queries.get(0)) : many(List.copyOf(queries));
        Session session = lane(lane).enterBehind();
        return session == null ? refused() : Request.send(session, sender);
    }

    private static Request.Sender<List<Found>> one(Query query) {
        if (query instanceof Query.Data) {
            return (handle, request) -> handle.getData(
                    query.path(),
                    false,
                    (rc, path, context, data, stat) -> answerOne(request, rc, path, () -> Translation.node(data, stat)),
                    null);
        }
        return (handle, request) -> handle.getChildren(
                query.path(),
                false,
                (int rc, String path, Object context, List<String> names) ->
                        answerOne(request, rc, path, () -> new Found.Children(names)),
                null);
    }

    private static void answerOne(Request<List<Found>> request, int rc, String path, Supplier<Found> found) {
        Code code = Code.get(rc);
        if (code == Code.OK) {
            request.answer(() -> List.of(found.get()));
        } else if (code == Code.NONODE) {
            request.answer(() -> List.of(new Found.Absent()));
        } else {
            request.refuse(code, path);
        }
    }

    private static Request.Sender<List<Found>> many(List<Query> queries) {
        List<Op> ops = queries.stream().map(Translation::op).toList();
        return (handle, request) ->
                handle.multi(ops, (rc, path, context, results) -> answerMany(request, rc, queries, results), null);
    }

    private static void answerMany(
            Request<List<Found>> request, int rc, List<Query> queries, @Nullable List<OpResult> results) {
        Code refusal = results == null ? Code.get(rc) : Translation.refusal(results);
        if (results == null || refusal != null) {
            request.refuse(refusal, queries.get(0).path());
        } else {
            request.answer(() -> results.stream().map(Translation::found).toList());
        }
    }

    @Override
    public CompletionStage<Void> sync(String lane) {
        Session session = lane(lane).enterBehind();
        return session == null ? refused() : Request.send(session, ZooKeeperCoordination::sync);
    }

    @SuppressWarnings("NullAway") // a stage of Void has no other value than null
    private static void sync(ZooKeeper handle, Request<Void> request) {
        handle.sync(
                "/",
                (rc, path, context) -> {
                    if (Code.get(rc) == Code.OK) {
                        request.answer(() -> null);
                    } else {
                        request.refuse(Code.get(rc), path);
                    }
                },
                null);
    }

    @Override
    public Registration watch(String lane, String path, Watcher watcher) {
        return lane(lane).watch(path, watcher);
    }

    @Override
    public boolean connected(String lane) {
        return lane(lane).connected();
    }

    /** Whether every lane has a connection now. */
    public boolean connected() {
        return lanes.stream().allMatch(Lane::connected);
    }

    /** Blocks until every lane has a connection, or the time is over: for the start. */
    public boolean awaitConnected(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!connected()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** Blocks until all sessions have ended; at the same time, for each may wait for a server that does not answer. */
    @Override
    public void close() {
        silence.close();
        List<Thread> closing = lanes.stream()
                .map(lane -> new Thread(lane::close, "tenure-zookeeper-close"))
                .toList();
        closing.forEach(Thread::start);
        try {
            for (Thread thread : closing) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Lane lane(String key) {
        return lanes.get(Math.floorMod(key.hashCode(), lanes.size()));
    }

    private static <T> CompletionStage<T> refused() {
        return CompletableFuture.failedFuture(Request.unavailable());
    }

    private static boolean isSequential(Operation operation) {
        return operation instanceof Operation.Create create && create.mode() == Operation.Mode.SEQUENTIAL;
    }

    private static void requireSome(List<?> list) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException("nothing to do: an empty list");
        }
    }
}
