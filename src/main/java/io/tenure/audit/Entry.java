package io.tenure.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was found in the outbox.
 *
 * @param position the token base and the number of the transaction that created it: its place in the order of everything
 * @param name its name in the outbox; with the position the key in the database
 * @param at when it was created, by the store's clock
 * @param body its bytes, which are kept as they are
 * @param record what they say; null when they cannot be read
 * @param fault why they cannot be read; null when they can
 */
public record Entry(
        long position,
        String name,
        Instant at,
        byte[] body,
        @Nullable AuditRecord record,
        @Nullable String fault) {
    /** An entry with what its bytes say, if they say anything. */
    public static Entry of(long position, String name, Instant at, byte[] body) {
        try {
            return new Entry(position, name, at, body, RecordCodec.parse(body), null);
        } catch (UnreadableRecord e) {
            return new Entry(position, name, at, body, null, Faults.line(e));
        }
    }

    /** In one transaction ends come before grants: a hand-over tells who left before it tells who came. */
    public int rank() {
        if (record == null) {
            return name.endsWith(Outbox.END) ? 0 : 1;
        }
        return switch (record.action()) {
            case ENDED, LEFT_QUEUE -> 0;
            case QUEUED, GRANTED, REVOKING, DOWNGRADED, TRANSFERRED, VALUE_CHANGED, PERMITS_CHANGED -> 1;
        };
    }
}
