package io.tenure.audit;

import java.time.Instant;

/**
 * A record with its place in the order of everything, as a backup keeps it: all of the log can be made from these again.
 *
 * @param position the token base and the number of the transaction that created it
 * @param name its name in the outbox; with the position its key
 * @param at when it was created, milliseconds since 1970 by the store's clock
 * @param body its bytes
 */
public record LogRecord(long position, String name, long at, byte[] body) {
    /** Whether it is the record of the end of a lease with all that it held. */
    public boolean endsLease() {
        return name.endsWith(Outbox.END);
    }

    /** What it says. */
    public AuditRecord story() {
        return RecordCodec.parse(body);
    }

    static LogRecord of(Entry entry) {
        return new LogRecord(entry.position(), entry.name(), entry.at().toEpochMilli(), entry.body());
    }

    Entry entry() {
        return Entry.of(position, name, Instant.ofEpochMilli(at), body);
    }
}
