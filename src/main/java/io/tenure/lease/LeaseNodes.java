package io.tenure.lease;

import static io.tenure.coordination.Operation.Mode.PERSISTENT;

import io.tenure.audit.Action;
import io.tenure.audit.Actor;
import io.tenure.audit.AuditRecord;
import io.tenure.audit.Ending;
import io.tenure.audit.Outbox;
import io.tenure.audit.RecordCodec;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Stamp;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of leases: how they are read, the operations that write them, and the audit record that goes with each write.
 *
 * <p>No operation that writes a lease goes without the version it was read at ({@code docs/protocol.md} 3). Immutable, safe for use
 * by many threads.
 */
public final class LeaseNodes {

    private final Coordination store;
    private final Paths paths;
    private final Outbox outbox;
    private final String server;
    private final long tokenBase;
    private final Recent recent;

    /**
     * @param server the id of this server, for the audit log
     * @param tokenBase added to every transaction number to make a fencing token
     * @param recent what this server has written lately
     */
    public LeaseNodes(Coordination store, Paths paths, String server, long tokenBase, Recent recent) {
        this.store = store;
        this.paths = paths;
        this.outbox = new Outbox(paths);
        this.server = server;
        this.tokenBase = tokenBase;
        this.recent = recent;
    }

    /** Asks for a lease; {@link #stored} reads the answer. */
    public Query query(LeaseId id) {
        return new Query.Data(paths.lease(id));
    }

    /** The lease in an answer; empty when there is none, or only a tombstone. */
    public Optional<StoredLease> stored(LeaseId id, Found found) {
        if (!(found instanceof Found.Node node)) {
            return Optional.empty();
        }
        Lease lease = LeaseCodec.decode(node.data());
        return lease.tombstone() ? Optional.empty() : Optional.of(new StoredLease(id, lease, node.stamp(), tokenBase));
    }

    /** Any lease node in an answer, tombstones too. */
    Optional<StoredLease> node(LeaseId id, Found found) {
        return found instanceof Found.Node node
                ? Optional.of(new StoredLease(id, LeaseCodec.decode(node.data()), node.stamp(), tokenBase))
                : Optional.empty();
    }

    /** Reads a lease. What this server's replica has not heard of is not found: {@link Endings} looks again before it is denied. */
    public CompletionStage<Optional<StoredLease>> read(String lane, LeaseId id) {
        return store.read(lane, List.of(query(id))).thenApply(found -> stored(id, found.get(0)));
    }

    /** A lease as this server has just written it; see {@link #recent}. */
    public StoredLease written(LeaseId id, Lease content, Stamp stamp) {
        StoredLease written = new StoredLease(id, content, stamp, tokenBase);
        recent.put(written);
        return written;
    }

    /** A living lease as this server wrote it lately: good enough to begin a write with, and for nothing else. */
    public Optional<StoredLease> recent(LeaseId id) {
        return recent.get(id).filter(stored -> stored.lease().lives());
    }

    /** What this server wrote of a lease is no longer true. */
    public void forget(LeaseId id) {
        recent.forget(id);
    }

    /** Creates the node of a new lease. */
    public Operation create(LeaseId id, Lease lease) {
        return new Operation.Create(paths.lease(id), LeaseCodec.encode(lease), PERSISTENT);
    }

    /** Replaces the content of a lease. */
    public Operation write(StoredLease read, Lease content) {
        return new Operation.SetData(paths.lease(read.id()), LeaseCodec.encode(content), read.version());
    }

    /**
     * Proves that an id has not ended lately, and leaves nothing behind: it creates and deletes the node that would remember the end.
     * Fails with {@code EXISTS} at the first of them ({@code docs/protocol.md} 4).
     */
    public List<Operation> neverEnded(LeaseId id) {
        return List.of(
                new Operation.Create(paths.ended(id), new byte[0], PERSISTENT),
                new Operation.Delete(paths.ended(id), 0));
    }

    /** The queue nodes of a hold whose place is known: one, or one for each permit, which were made together and end with this. */
    public List<String> places(Hold hold, String last) {
        return places(hold.want(), last);
    }

    /** The same of what is wanted. */
    public List<String> places(Want want, String last) {
        String directory = paths.directory(want.kind(), want.name()) + "/";
        if (want.places() == 1) {
            return List.of(directory + last);
        }
        int digits = last.length() - Paths.SEQUENCE_DIGITS;
        long sequence = Long.parseLong(last.substring(digits));
        return LongStream.rangeClosed(sequence - want.places() + 1, sequence)
                .mapToObj(each -> directory + last.substring(0, digits) + Paths.sequence(each))
                .toList();
    }

    /** Operations that fail unless each queue node of a hold stands. */
    public List<Operation> checkPlaces(Want want, String last) {
        return places(want, last).stream()
                .<Operation>map(place -> new Operation.Check(place, -1))
                .toList();
    }

    /**
     * Lets everybody who follows a name know that it looks different now though no place has come or gone: writes its directory once
     * more. Never its queue nodes: a native {@code LeaderLatch} watches the one before it once, for its end, and whatever else happens
     * to it makes it deaf.
     */
    public Operation touch(Want want) {
        return new Operation.SetData(paths.directory(want.kind(), want.name()), new byte[0], -1);
    }

    /** Operations that remove the queue nodes of a hold. */
    List<Operation> deletePlaces(Hold hold, String last) {
        return places(hold, last).stream()
                .<Operation>map(place -> new Operation.Delete(place, -1))
                .toList();
    }

    /** The record of a write that leaves the lease alive. */
    public Operation record(
            LeaseId id, Lease lease, int version, Action action, List<AuditRecord.Hold> holds, How how) {
        boolean bare = holds.isEmpty() || (action == Action.REVOKING && !lease.forHolds());
        return outbox.create(id, version, 0, auditRecord(id, lease, version, action, bare, null, holds, how));
    }

    /** The record that one hold has ended while its lease lives on. */
    Operation holdEnded(StoredLease stored, AuditRecord.Hold hold, How how) {
        int version = stored.version() + 1;
        AuditRecord record = auditRecord(
                stored.id(), stored.lease(), version, Action.ENDED, false, how.endedBy(), List.of(hold), how);
        return outbox.create(stored.id(), version, 0, record);
    }

    /** The record that a lease has ended with all that it held. */
    AuditRecord ended(StoredLease stored, How how) {
        return auditRecord(
                stored.id(),
                stored.lease(),
                stored.version(),
                Action.ENDED,
                !stored.lease().forHolds(),
                how.endedBy(),
                stored.lease().holds().stream()
                        .filter(hold -> hold.state() != State.DELAYED)
                        .map(hold -> audited(stored, hold))
                        .toList(),
                how);
    }

    /** A hold as it is told in the record of its end, or of a change to it. */
    public AuditRecord.Hold audited(StoredLease stored, Hold hold) {
        boolean held = hold.state() == State.HELD;
        return new AuditRecord.Hold(
                hold.kind(),
                hold.name(),
                hold.want().mode(),
                hold.want().count(),
                held ? Long.valueOf(stored.token(hold)) : null,
                stored.queuedAt(hold),
                held ? Long.valueOf(stored.grantedAt(hold)) : null,
                hold.grantedVersion(),
                null,
                hold.want().reason());
    }

    /** A hold as it is told in the record that grants or queues it. */
    public static AuditRecord.Hold begun(Hold hold) {
        return new AuditRecord.Hold(
                hold.kind(),
                hold.name(),
                hold.want().mode(),
                hold.want().count(),
                null,
                hold.queuedAt(),
                null,
                hold.grantedVersion(),
                null,
                hold.want().reason());
    }

    /**
     * The record that a semaphore has other permits now.
     *
     * @param change an id that nothing else has; it stands where other records have the lease
     */
    public Operation permitsRecord(LeaseId change, Name semaphore, int permits, String reason, Actor actor) {
        AuditRecord.Hold about =
                new AuditRecord.Hold(Kind.SEMAPHORE, semaphore, null, permits, null, null, null, null, null, null);
        How how = How.owner(EndedBy.RELEASED, reason, actor);
        AuditRecord record =
                auditRecord(change, Lease.tombstone(0), 0, Action.PERMITS_CHANGED, false, null, List.of(about), how);
        return outbox.create(change, 0, 0, record);
    }

    private AuditRecord auditRecord(
            LeaseId id,
            Lease lease,
            int version,
            Action action,
            boolean bare,
            @Nullable EndedBy endedBy,
            List<AuditRecord.Hold> holds,
            How how) {
        return new AuditRecord(
                RecordCodec.FORMAT,
                action,
                id,
                bare,
                endedBy,
                lease.owner(),
                lease.principal(),
                how.actor().address(),
                how.by(),
                how.reason(),
                lease.ttlMillis(),
                version,
                holds,
                lease.metadata(),
                server,
                how.actor().requestId());
    }

    /** That a lease was asked to end and does when what its holder was told has run out. */
    public static Ending asked(StoredLease stored, How how) {
        Instant at = Instant.ofEpochMilli(stored.expiresAt());
        return new Ending(stored.id(), how.endedBy(), at, how.by(), how.reason(), List.of());
    }

    /** How a lease ended whose names alone stay closed. */
    static Ending closing(StoredLease stored) {
        Lease.Closing closing = stored.lease().closing();
        if (closing == null) {
            throw new IllegalStateException("the lease " + stored.id() + " has not ended");
        }
        List<Ending.Hold> holds = stored.lease().holds().stream()
                .map(hold -> new Ending.Hold(
                        hold.kind(), hold.name(), hold.token(), instant(hold.grantedAt()), instant(hold.queuedAt())))
                .toList();
        Instant at = Instant.ofEpochMilli(stored.stamp().mtime());
        return new Ending(stored.id(), closing.endedBy(), at, closing.by(), closing.reason(), holds);
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    /** The store that the nodes stand in. */
    public Coordination store() {
        return store;
    }

    /** Where they stand. */
    public Paths paths() {
        return paths;
    }

    Outbox outbox() {
        return outbox;
    }

    /** What is added to transaction numbers to make fencing tokens. */
    public long tokenBase() {
        return tokenBase;
    }

    /** The data of a memory of an end that never had a lease: its client gave it up before it was seen. */
    Operation cancelled(LeaseId id, How how) {
        Lease nothing = Lease.tombstone(0);
        return outbox.ended(auditRecord(id, nothing, 0, Action.ENDED, false, EndedBy.WITHDRAWN, List.of(), how));
    }

    /** Fails with {@code EXISTS} when the lease is there, and leaves nothing behind. */
    List<Operation> absent(LeaseId id) {
        return List.of(
                new Operation.Create(paths.lease(id), new byte[0], PERSISTENT),
                new Operation.Delete(paths.lease(id), 0));
    }

    /** Tells the coordinator to look at a lease whose deadline came nearer. */
    Operation attention(LeaseId id) {
        return new Operation.Create(paths.attention() + "/" + id.value(), new byte[0], PERSISTENT);
    }
}
