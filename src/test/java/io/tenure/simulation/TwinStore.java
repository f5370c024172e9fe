package io.tenure.simulation;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher.Change;
import io.tenure.name.LeaseId;
import io.tenure.simulation.TwinTree.Attempt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The twin of a ZooKeeper ensemble: one tree, one total order of writes, and a log of all of them.
 *
 * <p>Each attempted write takes a transaction number, also one that fails or only checks. A list of operations is carried out whole
 * or not at all. Reads may ask for the tree as it was after any transaction, which is what a replica that lags shows.
 */
public final class TwinStore {
    private static final long FIRST = 1L << 32;
    private static final long MILLIS_AT_START = 1_795_000_000_000L;

    private final World world;
    private final TwinTree tree = new TwinTree();
    private final List<Transaction> log = new ArrayList<>();
    private final List<Consumer<Transaction>> followers = new ArrayList<>();
    private long sessions;
    private int restores;

    public TwinStore(World world) {
        this.world = world;
    }

    /** Creates the nodes that stand before any server serves. */
    public TwinStore layOut(Paths paths) {
        List<Operation> all = new ArrayList<>();
        for (String path : List.of(
                paths.root(),
                paths.sys(),
                paths.leases(),
                paths.outbox(),
                paths.endeds(),
                paths.servers(),
                paths.mode(),
                paths.coordinator(),
                paths.epoch(),
                paths.latch(),
                paths.barrier(),
                paths.attention(),
                paths.ages(),
                paths.backlog(),
                paths.asked())) {
            all.add(persistent(path));
        }
        for (Recipe recipe : Recipe.values()) {
            all.add(persistent(recipe.directories(paths)));
        }
        all.add(new Operation.Create(paths.tokenBase(), new byte[] {'0'}, Operation.Mode.PERSISTENT));
        for (String shard : LeaseId.shards()) {
            all.add(persistent(paths.leases() + "/" + shard));
            all.add(persistent(paths.outbox() + "/" + shard));
            all.add(persistent(paths.endeds() + "/" + shard));
        }
        all.add(persistent(Thing.permitsDirectory(paths)));
        commit(0, all);
        return this;
    }

    /** Carries the list out, or refuses it. */
    public Transaction commit(long session, List<Operation> operations) {
        return commit(session, operations, false);
    }

    /** As {@link #commit}, with sequential nodes that end with the session, as Curator's own recipes make them. */
    public Transaction commitNative(long session, List<Operation> operations) {
        return commit(session, operations, true);
    }

    private Transaction commit(long session, List<Operation> operations, boolean ephemeralSequences) {
        Attempt attempt = new Attempt(last() + 1, millis(), session, ephemeralSequences);
        for (int i = 0; i < operations.size(); i++) {
            Outcome.Cause cause = tree.apply(operations.get(i), attempt);
            if (cause != null) {
                tree.undo(attempt.touches);
                attempt.touches.clear();
                return append(attempt, operations, new Outcome.Conflict(i, cause));
            }
        }
        return append(attempt, operations, new Outcome.Done(List.copyOf(attempt.results)));
    }

    private Transaction append(Attempt attempt, List<Operation> operations, Outcome outcome) {
        Transaction transaction = new Transaction(
                attempt.zxid,
                world.nanos(),
                attempt.millis,
                attempt.session,
                List.copyOf(operations),
                outcome,
                List.copyOf(attempt.touches));
        log.add(transaction);
        List.copyOf(followers).forEach(follower -> follower.accept(transaction));
        return transaction;
    }

    /**
     * Puts back what stood after the transaction with this number, as from a backup: what was written since has never been, and its
     * numbers are given out again. No client has a session any more; their nodes last until the store finds that out.
     */
    public void restore(long zxid) {
        while (last() > zxid) {
            tree.undo(log.remove(log.size() - 1).touches());
        }
        restores++;
        long timeout = world.weather().sessionTimeout().toNanos();
        for (long session : tree.owners()) {
            world.after(timeout, () -> endSession(session));
        }
    }

    /** How often it has been put back: sessions from before the last time are no more. */
    int restores() {
        return restores;
    }

    /** A new session's number. */
    public long openSession() {
        return ++sessions;
    }

    /** Deletes in one write every node that ends with the session. */
    public void endSession(long session) {
        Attempt attempt = new Attempt(last() + 1, millis(), 0, false);
        for (String path : tree.owned(session)) {
            tree.delete(path, -1, attempt);
        }
        append(attempt, List.of(), new Outcome.Done(List.of()));
    }

    /** The containers that have been used and are empty. */
    public List<String> spentContainers() {
        return List.copyOf(tree.spent());
    }

    /** Removes a container, as the store's own tick does, if it has been used and is empty. */
    public void reap(String container) {
        if (tree.spent().contains(container)) {
            Attempt attempt = new Attempt(last() + 1, millis(), 0, false);
            tree.delete(container, -1, attempt);
            append(attempt, List.of(), new Outcome.Done(List.of()));
        }
    }

    /** From now on nothing may be changed at this path, nor created or deleted directly below it. */
    public void forbid(String path) {
        tree.forbid(path);
    }

    /** The number of the last transaction; before the first, the number before it. */
    public long last() {
        return FIRST + log.size();
    }

    /** The transaction with this number. */
    public Transaction transaction(long zxid) {
        return log.get((int) (zxid - FIRST - 1));
    }

    /** All transactions so far, oldest first. */
    public List<Transaction> history() {
        return log;
    }

    /** Is told of each transaction as soon as it is in the log, until the returned task is run. */
    public Runnable follow(Consumer<Transaction> follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /** The node as it is now. */
    public Optional<TwinNode> node(String path) {
        return Optional.ofNullable(tree.node(path));
    }

    /** The names of a node's children as they are now, sorted. */
    public List<String> children(String path) {
        NavigableSet<String> names = tree.children(path);
        return names.isEmpty() ? List.of() : List.copyOf(names);
    }

    /** Answers the queries as of just after the transaction with this number. */
    List<Found> find(List<Query> queries, long zxid) {
        Map<String, @Nullable TwinNode> then = new HashMap<>();
        Map<String, List<Touch>> below = new HashMap<>();
        for (long z = last(); z > zxid; z--) {
            List<Touch> touches = transaction(z).touches();
            for (int i = touches.size() - 1; i >= 0; i--) {
                Touch touch = touches.get(i);
                then.put(touch.path(), touch.before());
                if (touch.change() != null) {
                    below.computeIfAbsent(TwinTree.parent(touch.path()), any -> new ArrayList<>())
                            .add(touch);
                }
            }
        }
        List<Found> found = new ArrayList<>(queries.size());
        for (Query query : queries) {
            TwinNode node = then.containsKey(query.path()) ? then.get(query.path()) : tree.node(query.path());
            if (node == null) {
                found.add(new Found.Absent());
            } else if (query instanceof Query.Data) {
                found.add(new Found.Node(node.data(), node.stamp()));
            } else {
                found.add(new Found.Children(children(query.path(), below.getOrDefault(query.path(), List.of()))));
            }
        }
        return found;
    }

    /** The names of a node's children as they were before these changes, the last of them first. */
    private List<String> children(String path, List<Touch> since) {
        if (since.isEmpty()) {
            return children(path);
        }
        NavigableSet<String> names = new TreeSet<>(tree.children(path));
        for (Touch touch : since) {
            String name = touch.path().substring(touch.path().lastIndexOf('/') + 1);
            if (touch.change() == Change.CREATED) {
                names.remove(name);
            } else if (touch.change() == Change.DELETED) {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private long millis() {
        return MILLIS_AT_START + world.nanos() / 1_000_000;
    }

    private static Operation persistent(String path) {
        return new Operation.Create(path, new byte[0], Operation.Mode.PERSISTENT);
    }
}
