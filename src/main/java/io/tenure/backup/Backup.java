package io.tenure.backup;

import io.tenure.archive.ArchiveWriter;
import io.tenure.archive.Counts;
import io.tenure.archive.Header;
import io.tenure.archive.Piece;
import io.tenure.audit.AsideRecord;
import io.tenure.audit.LogCopy;
import io.tenure.audit.LogRecord;
import io.tenure.audit.OutboxCopy;
import io.tenure.coordination.Blocking;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.queue.Standing;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One backup: a copy of the store that is read piece by piece while everybody works, and then the log, which makes it sharp.
 *
 * <p>The order of reading is what it rests on ({@code docs/adr/0012}): a barrier, the leases, the lines, the permits, the remembered
 * ends, another barrier, the outbox, the database. So whatever was acknowledged before the first barrier is in it; a lease that is in it
 * stood in line when its line was read, unless it had ended; and every change to it up to the second barrier is among the records. For
 * one thread, which blocks.
 */
final class Backup {
    private static final int AT_ONCE = 250;
    private static final int SHARDS_AT_ONCE = 16;

    private final Blocking store;
    private final Paths paths;
    private final long tokenBase;
    private final OutboxCopy outbox;
    private final LogCopy log;
    private final Header header;
    private final Set<LeaseId> leases = new HashSet<>();

    /**
     * Begins, and writes nothing yet.
     *
     * @param tenure the version of this program
     * @throws io.tenure.error.Refusal when the store or the database cannot be asked
     */
    Backup(
            Coordination coordination,
            Blocking.Awaiting awaiting,
            Paths paths,
            long tokenBase,
            LogCopy log,
            String tenure,
            Instant now) {
        this.store = new Blocking(coordination, OutboxCopy.LANE, awaiting);
        this.paths = paths;
        this.tokenBase = tokenBase;
        this.outbox = new OutboxCopy(coordination, store, paths, tokenBase);
        this.log = log;
        log.state();
        this.header = Header.now(tenure, now, tokenBase, outbox.barrier());
    }

    /** Writes all of it; what breaks off leaves a file that is not whole. */
    Counts write(OutputStream out) throws IOException {
        try {
            ArchiveWriter archive = new ArchiveWriter(out, header);
            leases(archive);
            queues(archive);
            permits(archive);
            ended(archive);
            records(archive);
            return archive.finish();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private void leases(ArchiveWriter archive) throws IOException {
        sharded(paths.leases(), (name, node) -> {
            leases.add(new LeaseId(name));
            archive.write(new Piece.LeaseNode(
                    name,
                    node.stamp().version(),
                    tokenBase + node.stamp().mzxid(),
                    node.stamp().mtime(),
                    node.stamp().ctime(),
                    node.data()));
        });
    }

    private void ended(ArchiveWriter archive) throws IOException {
        sharded(paths.endeds(), (name, node) -> archive.write(new Piece.Ended(name, node.data())));
    }

    private void queues(ArchiveWriter archive) throws IOException {
        for (Kind kind : Kind.values()) {
            if (kind != Kind.LEASE) {
                String directories = paths.directories(kind) + "/";
                for (List<String> some : pieces(store.children(paths.directories(kind)), SHARDS_AT_ONCE)) {
                    List<Found> found = store.read(some.stream()
                            .<Query>map(name -> new Query.Children(directories + name))
                            .toList());
                    for (int i = 0; i < some.size(); i++) {
                        if (found.get(i) instanceof Found.Children children) {
                            queue(kind, some.get(i), children.names(), archive);
                        }
                    }
                }
            }
        }
    }

    /** Who has come since the leases were read is left out: nobody else's place is worse for that. */
    private void queue(Kind kind, String name, List<String> nodes, ArchiveWriter archive) throws IOException {
        List<String> places = new ArrayList<>();
        List<Query> others = new ArrayList<>();
        for (Standing standing : Standing.inOrder(kind, nodes)) {
            if (standing.lease().filter(leases::contains).isPresent()) {
                places.add(standing.node());
            } else {
                others.add(new Query.Data(paths.directories(kind) + "/" + name + "/" + standing.node()));
            }
        }
        int natives = 0;
        for (List<Query> some : pieces(others, AT_ONCE)) {
            natives += (int) store.read(some).stream()
                    .filter(found ->
                            found instanceof Found.Node node && node.stamp().ephemeral())
                    .count();
        }
        if (!places.isEmpty() || natives > 0) {
            archive.write(new Piece.Queue(kind.wire(), name, places, natives));
        }
    }

    private void permits(ArchiveWriter archive) throws IOException {
        List<String> all = store.children(paths.permits()).stream()
                .map(name -> paths.permits() + "/" + name)
                .toList();
        each(all, (name, node) -> {
            if (node.data().length == Integer.BYTES) {
                int count = ByteBuffer.wrap(node.data()).getInt();
                archive.write(
                        new Piece.Permits(name, count, tokenBase + node.stamp().mzxid()));
            }
        });
    }

    /** The database has all that had left the outbox when that was read, and perhaps more: each record is written once. */
    private void records(ArchiveWriter archive) throws IOException {
        Map<String, LogRecord> waiting = new LinkedHashMap<>();
        outbox.records(outbox.barrier()).forEach(record -> waiting.put(key(record), record));
        for (AsideRecord aside : log.aside()) {
            LogRecord record = aside.record();
            waiting.remove(key(record));
            archive.write(new Piece.Aside(
                    record.name(), record.position(), record.at(), aside.fault(), aside.resolution(), record.body()));
        }
        log.records(log.state().number(), record -> {
            waiting.remove(key(record));
            write(archive, record);
        });
        waiting.values().forEach(record -> write(archive, record));
    }

    private static void write(ArchiveWriter archive, LogRecord record) {
        try {
            archive.write(new Piece.Entry(record.name(), record.position(), record.at(), record.body()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String key(LogRecord record) {
        return record.position() + " " + record.name();
    }

    private void sharded(String directory, Visitor visitor) throws IOException {
        for (List<String> shards : pieces(Arrays.asList(LeaseId.shards()), SHARDS_AT_ONCE)) {
            List<Found> found = store.read(shards.stream()
                    .<Query>map(shard -> new Query.Children(directory + "/" + shard))
                    .toList());
            List<String> all = new ArrayList<>();
            for (int i = 0; i < shards.size(); i++) {
                if (found.get(i) instanceof Found.Children children) {
                    String shard = directory + "/" + shards.get(i) + "/";
                    children.names().forEach(name -> all.add(shard + name));
                }
            }
            each(all, visitor);
        }
    }

    private void each(List<String> all, Visitor visitor) throws IOException {
        for (List<String> some : pieces(all, AT_ONCE)) {
            List<Found> found =
                    store.read(some.stream().<Query>map(Query.Data::new).toList());
            for (int i = 0; i < some.size(); i++) {
                if (found.get(i) instanceof Found.Node node) {
                    String path = some.get(i);
                    visitor.visit(path.substring(path.lastIndexOf('/') + 1), node);
                }
            }
        }
    }

    private static <T> List<List<T>> pieces(List<T> all, int most) {
        List<List<T>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            pieces.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return pieces;
    }

    private interface Visitor {
        void visit(String name, Found.Node node) throws IOException;
    }
}
