package io.tenure.audit;

import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records as the services write them, for tests. */
final class Records {
    /** When the tests' transactions begin: transaction n happens n milliseconds later. */
    static final long START = Instant.parse("2026-11-22T02:00:00Z").toEpochMilli();

    private Records() {}

    static LeaseId lease(long number) {
        return new LeaseId(new UUID(0x1234_5678_9abcL << 16, number).toString());
    }

    static Instant at(long position) {
        return Instant.ofEpochMilli(START + position);
    }

    static Entry entry(long position, String name, AuditRecord record) {
        return Entry.of(position, name, at(position), RecordCodec.bytes(record));
    }

    static AuditRecord.Hold hold(String name) {
        return new AuditRecord.Hold(Kind.LOCK, new Name(name), null, null, null, null, null, null, null, null);
    }

    /** A hold of a read/write lock: without a token as it is granted, with one as it is told later. */
    static AuditRecord.Hold shared(String name, Mode mode, @Nullable Long token) {
        return new AuditRecord.Hold(
                Kind.RWLOCK,
                new Name(name),
                mode,
                null,
                token,
                null,
                token == null ? null : Long.valueOf(START + token),
                0,
                null,
                null);
    }

    /** Permits of a semaphore: without a token as they are granted, or given to it. */
    static AuditRecord.Hold permits(String name, @Nullable Integer count) {
        return new AuditRecord.Hold(Kind.SEMAPHORE, new Name(name), null, count, null, null, null, null, null, null);
    }

    static AuditRecord.Hold held(String name, long token, int grantedVersion) {
        return new AuditRecord.Hold(
                Kind.LOCK, new Name(name), null, null, token, null, START + token, grantedVersion, null, null);
    }

    static AuditRecord record(
            Action action,
            LeaseId lease,
            int version,
            @Nullable EndedBy endedBy,
            String owner,
            AuditRecord.Hold... holds) {
        return new AuditRecord(
                1,
                action,
                lease,
                holds.length == 0,
                endedBy,
                owner,
                null,
                "127.0.0.1",
                null,
                null,
                30_000,
                version,
                List.of(holds),
                Map.of(),
                "s1",
                null);
    }

    /** The same record with a reason. */
    static AuditRecord because(String reason, AuditRecord record) {
        return new AuditRecord(
                record.format(),
                record.action(),
                record.lease(),
                record.bare(),
                record.endedBy(),
                record.owner(),
                record.principal(),
                record.address(),
                record.by(),
                reason,
                record.ttlMillis(),
                record.version(),
                record.holds(),
                record.metadata(),
                record.server(),
                record.requestId());
    }

    /** A writer that becomes a reader. */
    static Entry downgraded(long position, LeaseId lease, String name, long token) {
        return entry(
                position,
                lease + "-1-0",
                record(Action.DOWNGRADED, lease, 1, null, "etl@a", shared(name, Mode.READ, token)));
    }

    /** A lock granted on the fast path. */
    static Entry granted(long position, LeaseId lease, String name) {
        return entry(position, lease + "-0-0", record(Action.GRANTED, lease, 0, null, "etl@a", hold(name)));
    }

    /** A lease that ends, with a lock that was granted at the transaction of its token. */
    static Entry ended(long position, LeaseId lease, String name, long token, EndedBy endedBy) {
        return entry(position, lease + "-END", record(Action.ENDED, lease, 3, endedBy, "etl@a", held(name, token, 0)));
    }
}
