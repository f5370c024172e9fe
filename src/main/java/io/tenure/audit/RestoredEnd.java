package io.tenure.audit;

import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of an end that nobody saw: of what the log has open, and a cluster that was restored does not hold. Stateless. */
public final class RestoredEnd {
    private RestoredEnd() {}

    /**
     * The record that ends tenures of one lease.
     *
     * @param open at least one, all of one lease
     * @param whole whether the lease itself is no more
     * @param ordinal counts these records of one lease, from 0
     * @param position of the restore in the order of everything
     * @param at when that was, milliseconds since 1970 by the store's clock
     * @param reason what was restored
     * @param server that restored it
     */
    public static LogRecord of(
            List<Tenure> open, boolean whole, int ordinal, long position, long at, String reason, String server) {
        Tenure one = open.get(0);
        AuditRecord record = new AuditRecord(
                RecordCodec.FORMAT,
                Action.ENDED,
                new LeaseId(one.lease()),
                open.stream().anyMatch(tenure -> tenure.name() == null),
                EndedBy.RESTORED,
                one.owner(),
                one.principal(),
                null,
                null,
                reason,
                one.ttlMillis() == null ? 0 : one.ttlMillis(),
                0,
                open.stream().flatMap(tenure -> holds(tenure).stream()).toList(),
                one.metadata(),
                server,
                null);
        String name = one.lease() + (whole ? Outbox.END : "-0-" + ordinal);
        return new LogRecord(position, name, at, RecordCodec.bytes(record));
    }

    private static List<AuditRecord.Hold> holds(Tenure tenure) {
        String name = tenure.name();
        return name == null
                ? List.of()
                : List.of(new AuditRecord.Hold(
                        Kind.of(tenure.kind()),
                        new Name(name),
                        mode(tenure.mode()),
                        tenure.count(),
                        tenure.token(),
                        tenure.queuedAt(),
                        tenure.grantedAt(),
                        null,
                        null,
                        null));
    }

    private static @Nullable Mode mode(@Nullable String wire) {
        return wire == null ? null : Mode.of(wire);
    }
}
