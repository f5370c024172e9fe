package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Watcher;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A copy of the store and of the audit log that belong together, made while no server runs, and put back later: the store goes back to
 * lower transaction numbers, and the token base is raised as {@code docs/protocol.md} 2 demands.
 */
final class Backup {
    private static final long RAISE = 1L << 45;
    private static final long OPERATOR = -2;

    private final TwinStore store;
    private final Paths paths;
    private final long zxid;
    private final Runnable log;

    Backup(TwinStore store, TwinAuditLog log, Paths paths) {
        this.store = store;
        this.paths = paths;
        this.zxid = store.last();
        this.log = log.backup();
    }

    /** Puts it back; nobody may use the store meanwhile. */
    void restore() {
        store.restore(zxid);
        log.run();
        store.commit(
                OPERATOR,
                List.of(new Operation.SetData(
                        paths.tokenBase(),
                        String.valueOf(base(store, paths) + RAISE).getBytes(UTF_8),
                        -1)));
    }

    /** The token base, as a server reads it when it starts. */
    static long base(TwinStore store, Paths paths) {
        return Long.parseLong(
                new String(store.node(paths.tokenBase()).orElseThrow().data(), UTF_8));
    }

    /** The leases that have ever been, by the store's whole history. */
    static List<String> leases(TwinStore store, Paths paths) {
        return store.history().stream()
                .flatMap(transaction -> transaction.touches().stream())
                .filter(touch ->
                        touch.change() == Watcher.Change.CREATED && touch.path().startsWith(paths.leases() + "/"))
                .map(touch -> touch.path().substring(touch.path().lastIndexOf('/') + 1))
                .toList();
    }

    /** The leases that stand, by id. */
    static Map<String, LeaseView> standing(TwinStore store, Paths paths) {
        Map<String, LeaseView> standing = new TreeMap<>();
        for (String shard : store.children(paths.leases())) {
            String directory = paths.leases() + "/" + shard;
            store.children(directory)
                    .forEach(id -> standing.put(
                            id, LeaseView.of(store.node(directory + "/" + id).orElseThrow())));
        }
        return standing;
    }
}
