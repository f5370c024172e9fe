package io.tenure.backup;

import io.tenure.archive.Archive;
import io.tenure.archive.Piece;
import io.tenure.audit.AuditLog.Reached;
import io.tenure.audit.LogCopy;
import io.tenure.audit.LogRecord;
import io.tenure.audit.OutboxCopy;
import io.tenure.audit.Tenure;
import io.tenure.coordination.Blocking;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Stamp;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Permits;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One restore: checks everything, closes the cluster, writes the log, then the store, and opens the cluster for servers that start
 * afterwards.
 *
 * <p>Until the cluster is closed nothing is changed. From then on nothing can be granted until it is complete; when it is cut off, another
 * restore begins from the start. For one thread, which blocks.
 */
final class Restore {
    /** So far every fencing token of the restored cluster is above every one before. */
    private static final long RAISE = 1L << 45;

    /** Tokens are whole numbers in JSON. */
    private static final long HIGHEST = 1L << 53;

    private final LeaseNodes nodes;
    private final Paths paths;
    private final String server;
    private final Archive archive;
    private final Rebuilding rebuilding;
    private final OutboxCopy outbox;
    private final Ledger ledger;
    private final Lines lines = new Lines();
    private final List<StoredLease> read = new ArrayList<>();
    private final Map<String, byte[]> ended = new LinkedHashMap<>();
    private final List<Piece.Permits> permits = new ArrayList<>();
    private long highest;

    Restore(
            LeaseNodes nodes,
            Coordination coordination,
            Blocking.Awaiting awaiting,
            LogCopy log,
            String server,
            Archive archive) {
        Blocking store = new Blocking(coordination, OutboxCopy.LANE, awaiting);
        this.nodes = nodes;
        this.paths = nodes.paths();
        this.server = server;
        this.archive = archive;
        this.rebuilding = new Rebuilding(store, paths);
        this.outbox = new OutboxCopy(coordination, store, paths, 0);
        this.ledger = new Ledger(log, archive);
    }

    /** Does all of it. Refused where something is not as it must be; then nothing was changed, unless the store or database broke off. */
    Restored run() throws IOException {
        read();
        ledger.compare();
        if (!rebuilding.isCutOff()) {
            rebuilding.requireEmpty();
        }
        long base = tokenBase();
        int generation = rebuilding.generation() + 1;
        long epoch = Math.max(ledger.epoch(), rebuilding.epoch()) + 1;
        Stamp closed =
                rebuilding.close("restore of the backup of " + archive.header().takenAt(), base, generation, epoch);
        rebuilding.wipe();
        ledger.putIn(epoch);
        Redo redo = ledger.later();
        Map<LeaseId, Lease> leases = sharpen(redo);
        Reached moment = new Reached(base + closed.mzxid(), Instant.ofEpochMilli(closed.mtime()));
        int over = ledger.close(standing(leases), ids(leases), epoch, moment, server);
        Restored restored = write(leases, redo, over, base);
        rebuilding.open(generation);
        return restored;
    }

    private void read() throws IOException {
        archive.read(piece -> {
            if (piece instanceof Piece.LeaseNode lease) {
                read.add(stored(lease));
                highest = Math.max(highest, lease.write());
            } else if (piece instanceof Piece.Queue queue) {
                lines.read(queue);
            } else if (piece instanceof Piece.Permits semaphore) {
                permits.add(semaphore);
                highest = Math.max(highest, semaphore.write());
            } else if (piece instanceof Piece.Ended end) {
                ended.put(end.lease(), end.data());
            }
        });
    }

    private StoredLease stored(Piece.LeaseNode lease) {
        long base = archive.header().tokenBase();
        long write = lease.write() - base;
        Stamp stamp = new Stamp(write, write, write, lease.madeAt(), lease.at(), lease.version(), 0, false);
        try {
            return StoredLease.of(new LeaseId(lease.lease()), lease.data(), stamp, base);
        } catch (Refusal unreadable) {
            throw Archive.refused("lease " + lease.lease() + " in it: " + unreadable.detail());
        }
    }

    /** Above every number that was ever given out, by the cluster of the archive, by this one, or as the database knows. */
    private long tokenBase() {
        long here = rebuilding.tokenBase() + outbox.barrier();
        long before = Math.max(Math.max(highest, archive.header().from()), Math.max(ledger.highest(), here));
        long base = before + RAISE;
        if (base > HIGHEST - RAISE) {
            throw Refusal.of(
                    ErrorCode.BACKUP_REFUSED,
                    "the fencing tokens are used up: the cluster was restored too often to raise them once more");
        }
        return base;
    }

    private Map<LeaseId, Lease> sharpen(Redo redo) {
        Map<LeaseId, Lease> leases = new LinkedHashMap<>();
        for (StoredLease each : read) {
            redo.apply(each)
                    .flatMap(lines::join)
                    .ifPresentOrElse(lease -> leases.put(each.id(), lease), () -> forgotten(each, redo));
        }
        return leases;
    }

    /** What ended after it was read is remembered as what had ended before. */
    private void forgotten(StoredLease lease, Redo redo) {
        redo.end(lease)
                .filter(end -> lease.lease().named())
                .map(LogRecord::body)
                .ifPresent(story -> ended.putIfAbsent(lease.id().value(), story));
    }

    private static Set<String> ids(Map<LeaseId, Lease> leases) {
        Set<String> ids = new HashSet<>();
        leases.keySet().forEach(id -> ids.add(id.value()));
        return ids;
    }

    private static Predicate<Tenure> standing(Map<LeaseId, Lease> leases) {
        return tenure -> {
            Lease lease = leases.get(new LeaseId(tenure.lease()));
            String name = tenure.name();
            if (lease == null || !lease.lives()) {
                return false;
            }
            return name == null
                    ? !lease.forHolds()
                    : lease.holds().stream()
                            .anyMatch(hold -> hold.state() == State.HELD
                                    && hold.kind().wire().equals(tenure.kind())
                                    && hold.name().value().equals(name)
                                    && hold.token() != null
                                    && hold.token().equals(tenure.token()));
        };
    }

    private Restored write(Map<LeaseId, Lease> leases, Redo redo, int closed, long base) {
        List<Lines.Line> made = new ArrayList<>();
        Map<String, String> places = lines.places(made);
        made.forEach(rebuilding::line);
        int live = 0;
        int held = 0;
        int waiting = 0;
        for (Map.Entry<LeaseId, Lease> each : leases.entrySet()) {
            LeaseId id = each.getKey();
            Lease lease = each.getValue();
            List<Hold> holds = lease.holds().stream()
                    .map(hold -> hold.at(String.valueOf(places.get(Lines.key(id, hold)))))
                    .toList();
            rebuilding.add(nodes.create(id, lease.withHolds(holds)));
            live += lease.lives() ? 1 : 0;
            held += (int)
                    holds.stream().filter(hold -> hold.state() == State.HELD).count();
            waiting += (int)
                    holds.stream().filter(hold -> hold.state() == State.QUEUED).count();
        }
        int semaphores = 0;
        for (Piece.Permits each : permits) {
            int count = redo.permits(each.name(), each.count(), each.write());
            if (count > 0) {
                rebuilding.node(paths.permits(new Name(each.name())), Permits.bytes(count));
                semaphores++;
            }
        }
        ended.forEach((lease, story) -> rebuilding.node(paths.ended(new LeaseId(lease)), story));
        rebuilding.flush();
        return new Restored(
                archive.header().takenAt(),
                live,
                held,
                waiting,
                semaphores,
                read.size() - leases.size(),
                archive.counts().records(),
                closed,
                base);
    }
}
