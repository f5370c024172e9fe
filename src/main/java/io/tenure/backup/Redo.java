package io.tenure.backup;

import io.tenure.audit.Action;
import io.tenure.audit.AuditRecord;
import io.tenure.audit.LogRecord;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.Past;
import io.tenure.lease.Lease.State;
import io.tenure.lease.StoredLease;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the log says of leases after they were read: brings each to the moment of the last record.
 *
 * <p>A lease was read at the number of its last write. Every later write that granted, ended or changed a hold of it has a record with
 * its own number ({@code docs/protocol.md} 1), so the records above that number, in their order, make of what was read what stood. Renewals
 * have none, and matter to nobody: each lease gets its whole TTL anew. Not safe for use by several threads.
 */
final class Redo {
    private final Map<LeaseId, List<LogRecord>> later = new HashMap<>();
    private final Map<String, Permits> permits = new HashMap<>();

    private record Permits(int count, long position) {}

    /**
     * A lease as it stood, and what its holds were moved ahead by.
     *
     * @param jumps of candidates that leadership was promised to: the position of the record that says so
     */
    record Sharp(LeaseId id, Lease lease, Map<String, Long> jumps) {}

    /** Takes the next record of the log. One that cannot be understood was put aside then, too, and changes nothing here. */
    void add(LogRecord record) {
        AuditRecord story = record.story();
        for (AuditRecord.Hold hold : story.holds()) {
            if (story.action() == Action.PERMITS_CHANGED) {
                permits.put(
                        hold.name().value(),
                        new Permits(Objects.requireNonNullElse(hold.count(), 1), record.position()));
                return;
            }
        }
        later.computeIfAbsent(story.lease(), lease -> new ArrayList<>(2)).add(record);
    }

    /** How many permits a semaphore had, of which this many were read in a version that this write made; 0 when there were none. */
    int permits(String name, int read, long write) {
        Permits last = permits.get(name);
        return last == null || last.position() <= write ? read : last.count();
    }

    /** The record of the end of a lease that was read before; empty when it lived on. */
    Optional<LogRecord> end(StoredLease read) {
        return records(read).stream().filter(LogRecord::endsLease).findFirst();
    }

    /** The lease as it stood; empty when it had ended, or was none. */
    Optional<Sharp> apply(StoredLease read) {
        if (read.lease().tombstone()) {
            return Optional.empty();
        }
        Sharp sharp = new Sharp(read.id(), read.filled(), new HashMap<>());
        for (LogRecord record : records(read)) {
            if (record.endsLease()) {
                return Optional.empty();
            }
            sharp = after(sharp, record);
        }
        boolean over = sharp.lease().forHolds() && sharp.lease().holds().isEmpty();
        return over ? Optional.empty() : Optional.of(sharp);
    }

    private List<LogRecord> records(StoredLease read) {
        long write = read.tokenBase() + read.stamp().mzxid();
        return later.getOrDefault(read.id(), List.of()).stream()
                .filter(record -> record.position() > write)
                .toList();
    }

    private static Sharp after(Sharp sharp, LogRecord record) {
        AuditRecord story = record.story();
        Lease lease = sharp.lease();
        if (story.action() == Action.REVOKING) {
            return new Sharp(
                    sharp.id(),
                    lease.withRevocation(
                            new Lease.Revocation(story.by(), Objects.requireNonNullElse(story.reason(), ""), null)),
                    sharp.jumps());
        }
        for (AuditRecord.Hold about : story.holds()) {
            lease = switch (story.action()) {
                case GRANTED ->
                    with(lease, about, hold -> hold.state() == State.QUEUED ? granted(hold, record, story) : hold);
                case ENDED, LEFT_QUEUE -> without(lease, about, record, story);
                case DOWNGRADED -> with(lease, about, hold -> hold.downgraded(String.valueOf(hold.place())));
                case VALUE_CHANGED -> with(lease, about, hold -> hold.proclaiming(story.reason()));
                case TRANSFERRED -> {
                    sharp.jumps().put(about.kind().wire() + " " + about.name(), record.position());
                    yield lease;
                }
                case QUEUED, REVOKING, PERMITS_CHANGED -> lease;
            };
        }
        return new Sharp(sharp.id(), lease, sharp.jumps());
    }

    private static Hold granted(Hold hold, LogRecord record, AuditRecord story) {
        return new Hold(
                hold.want(),
                State.HELD,
                hold.named(),
                hold.asked(),
                hold.place(),
                null,
                record.position(),
                hold.queuedAt(),
                record.at(),
                story.version(),
                null,
                null);
    }

    /** What is not there was taken after the lease was read: there is no more known of it than the record tells. */
    private static Lease with(Lease lease, AuditRecord.Hold about, UnaryOperator<Hold> change) {
        return lease.withHolds(lease.holds().stream()
                .map(hold -> isOf(hold, about) ? change.apply(hold) : hold)
                .toList());
    }

    private static Lease without(Lease lease, AuditRecord.Hold about, LogRecord record, AuditRecord story) {
        Optional<Hold> ended =
                lease.holds().stream().filter(hold -> isOf(hold, about)).findFirst();
        if (ended.isEmpty()) {
            return lease;
        }
        Hold hold = ended.get();
        List<Hold> rest = new ArrayList<>(lease.holds());
        rest.remove(hold);
        List<Past> past = new ArrayList<>(lease.past());
        past.removeIf(old -> old.on(hold.kind(), hold.name()));
        past.add(new Past(
                hold.kind(),
                hold.name(),
                hold.named(),
                Objects.requireNonNullElse(story.endedBy(), EndedBy.UNKNOWN),
                record.at(),
                story.by(),
                story.reason(),
                about.fencingToken(),
                about.grantedAt()));
        return lease.withHolds(rest, past);
    }

    private static boolean isOf(Hold hold, AuditRecord.Hold about) {
        Kind kind = about.kind();
        return hold.on(kind, about.name()) && hold.state() != State.DELAYED;
    }
}
