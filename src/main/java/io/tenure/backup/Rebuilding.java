package io.tenure.backup;

import static io.tenure.coordination.Operation.Mode.CONTAINER;
import static io.tenure.coordination.Operation.Mode.PERSISTENT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Blocking;
import io.tenure.coordination.ElectedRole.Holder;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Stamp;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import java.util.ArrayList;
import java.util.List;

/**
 * The writes of a restore to the store, from the transaction that closes the cluster to the one that opens it again.
 *
 * <p>Closing proves that there is no lease and no record, raises the token base, and takes the outbox away, so that nobody can grant or
 * end anything: each of those writes a record. Opening makes the outbox of the next generation, which only servers know that start
 * afterwards and read the new token base. For one thread, which blocks.
 */
final class Rebuilding {
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_OPERATIONS = 500;
    private static final int BYTES_OF_OPERATION = 200;

    private final Blocking store;
    private final Paths paths;
    private final List<Operation> batch = new ArrayList<>();
    private int batchBytes;
    /** The version of the node that keeps the cluster closed, which each write of this restore checks. */
    private int mine = -1;

    /** @param paths of any generation */
    Rebuilding(Blocking store, Paths paths) {
        this.store = store;
        this.paths = paths;
    }

    /** Whether a restore has begun here and has not been completed. */
    boolean isCutOff() {
        return store.read(new Query.Data(paths.restoring())) instanceof Found.Node;
    }

    /** What the store counts tokens from now. */
    long tokenBase() {
        return store.read(new Query.Data(paths.tokenBase())) instanceof Found.Node node
                ? Long.parseLong(new String(node.data(), UTF_8))
                : 0;
    }

    /** How often the cluster was restored. */
    int generation() {
        return store.read(new Query.Data(paths.restored())) instanceof Found.Node node
                ? Integer.parseInt(new String(node.data(), UTF_8))
                : 0;
    }

    /** The number of the coordinator's last term. */
    long epoch() {
        Holder last =
                store.read(new Query.Data(paths.epoch())) instanceof Found.Node node ? Holder.parse(node.data()) : null;
        return last == null ? 0 : last.epoch();
    }

    /** @throws Refusal {@code NOT_EMPTY} unless nobody holds or waits for anything */
    void requireEmpty() {
        for (String shard : LeaseId.shards()) {
            if (!store.children(paths.leases() + "/" + shard).isEmpty()) {
                throw notEmpty("leases live in it");
            }
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.LEASE) {
                for (String name : store.children(paths.directories(kind))) {
                    removeEmpty(paths.directories(kind) + "/" + name);
                }
            }
        }
    }

    private void removeEmpty(String directory) {
        Outcome outcome = store.commit(List.of(new Operation.Delete(directory, -1)));
        if (outcome instanceof Outcome.Conflict conflict && conflict.cause() == Outcome.Cause.NOT_EMPTY) {
            throw notEmpty("somebody stands in " + directory + ", perhaps a native Curator client");
        }
    }

    /** Removes the outbox and makes the shards of leases anew: it can only be done where there is no record and no lease. */
    private List<Operation> proveEmpty(int generation) {
        List<Operation> all = new ArrayList<>();
        String outbox = new Paths(paths.root(), generation).outbox();
        for (String shard : LeaseId.shards()) {
            String leases = paths.leases() + "/" + shard;
            all.add(new Operation.Delete(leases, -1));
            all.add(new Operation.Create(leases, new byte[0], PERSISTENT));
            all.add(new Operation.Delete(outbox + "/" + shard, -1));
        }
        all.add(new Operation.Delete(outbox, -1));
        return all;
    }

    /**
     * Closes the cluster, from this write on until {@link #open}. One that a restore has left closed when it was cut off is this one's from
     * now on: if the other is not dead after all, it writes nothing more.
     *
     * @param told what is being restored, for people who look at the store
     * @return the stamp of the node that keeps it closed: the moment of the restore in the order of everything
     */
    Stamp close(String told, long tokenBase, int generation, long epoch) {
        List<Operation> all = new ArrayList<>();
        byte[] note = told.getBytes(UTF_8);
        int version = 0;
        if (store.read(new Query.Data(paths.restoring())) instanceof Found.Node node) {
            version = node.stamp().version();
        } else {
            proveEmpty(generation - 1).forEach(all::add);
            all.add(new Operation.Create(paths.restoring(), note, PERSISTENT));
        }
        int stamped = all.size();
        all.add(new Operation.SetData(paths.restoring(), note, version));
        all.add(new Operation.SetData(
                paths.tokenBase(), String.valueOf(tokenBase).getBytes(UTF_8), -1));
        all.add(new Operation.SetData(paths.epoch(), new Holder("", epoch).bytes(), -1));
        byte[] number = String.valueOf(generation).getBytes(UTF_8);
        all.add(
                generation == 1
                        ? new Operation.Create(paths.restored(), number, PERSISTENT)
                        : new Operation.SetData(paths.restored(), number, -1));
        Outcome outcome = store.commit(all);
        if (outcome instanceof Outcome.Done done) {
            mine = version + 1;
            return done.stamp(stamped);
        }
        Outcome.Conflict conflict = (Outcome.Conflict) outcome;
        String path = all.get(conflict.index()).path();
        throw conflict.cause() == Outcome.Cause.NOT_EMPTY
                ? notEmpty(path + " has leases, or audit records that wait for the database")
                : Refusal.of(ErrorCode.BUSY, "another restore has begun: " + path + " is " + conflict.cause());
    }

    /** Removes what stands for nothing: what a restore that was cut off has made, and what is left of an empty cluster. */
    void wipe() {
        for (String sharded : List.of(paths.leases(), paths.endeds())) {
            for (String shard : LeaseId.shards()) {
                removeBelow(sharded + "/" + shard);
            }
        }
        removeBelow(paths.permits());
        removeBelow(paths.attention());
        for (Kind kind : Kind.values()) {
            if (kind != Kind.LEASE) {
                for (String name : store.children(paths.directories(kind))) {
                    String directory = paths.directories(kind) + "/" + name;
                    requireNoNative(directory);
                    removeBelow(directory);
                    removeEmpty(directory);
                }
            }
        }
        flush();
    }

    /** Whoever's session a place belongs to, it is not ours to remove. */
    private void requireNoNative(String directory) {
        List<String> places = store.children(directory);
        for (int from = 0; from < places.size(); from += MOST_OPERATIONS) {
            List<Query> some = places.subList(from, Math.min(places.size(), from + MOST_OPERATIONS)).stream()
                    .<Query>map(place -> new Query.Data(directory + "/" + place))
                    .toList();
            for (Found found : store.read(some)) {
                if (found instanceof Found.Node node && node.stamp().ephemeral()) {
                    throw notEmpty("a native client stands in " + directory);
                }
            }
        }
    }

    private void removeBelow(String directory) {
        store.children(directory).forEach(name -> add(new Operation.Delete(directory + "/" + name, -1)));
        flush();
    }

    /** Makes a queue with its places, of which the first has sequence zero. */
    void line(Lines.Line line) {
        String directory = paths.directory(line.kind(), line.name());
        add(new Operation.Create(directory, new byte[0], CONTAINER));
        line.places().forEach((place, shown) -> add(new Operation.Create(directory + "/" + place, shown, PERSISTENT)));
    }

    /** Makes a node that stays. */
    void node(String path, byte[] data) {
        add(new Operation.Create(path, data, PERSISTENT));
    }

    /** Makes this node too. */
    void add(Operation operation) {
        batch.add(operation);
        batchBytes += BYTES_OF_OPERATION + operation.bytes();
        if (batch.size() >= MOST_OPERATIONS || batchBytes >= MOST_BYTES) {
            flush();
        }
    }

    /** Everything given so far stands when this returns. */
    void flush() {
        if (!batch.isEmpty()) {
            List<Operation> all = new ArrayList<>(batch);
            all.add(0, new Operation.Check(paths.restoring(), mine));
            store.done(all);
            batch.clear();
            batchBytes = 0;
        }
    }

    /** Opens the cluster, for servers that start from now on. */
    void open(int generation) {
        flush();
        String outbox = new Paths(paths.root(), generation).outbox();
        List<Operation> all = new ArrayList<>();
        all.add(new Operation.Delete(paths.restoring(), mine));
        all.add(new Operation.Create(outbox, new byte[0], PERSISTENT));
        for (String shard : LeaseId.shards()) {
            all.add(new Operation.Create(outbox + "/" + shard, new byte[0], PERSISTENT));
        }
        store.done(all);
    }

    private static Refusal notEmpty(String why) {
        return Refusal.of(
                ErrorCode.NOT_EMPTY, "the cluster is not empty: " + why + "; a restore needs one that nobody has used");
    }
}
