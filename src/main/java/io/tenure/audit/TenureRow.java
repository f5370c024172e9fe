package io.tenure.audit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One tenure as it goes into the table: the event that granted it, the event that ended it, or both.
 *
 * @param granted null when the event was written by an earlier batch
 * @param ended null while it is open
 */
record TenureRow(@Nullable EventRow granted, @Nullable EventRow ended) {
    /** What tells one tenure from another: a lease holds a name once under one token. */
    record Key(
            String kind,
            @Nullable String name,
            @Nullable Long token,
            @Nullable String lease) {
        static Key of(EventRow event) {
            return new Key(event.kind().wire(), event.name(), event.token(), event.lease());
        }
    }

    /** The event that tells who it is and what was asked for. */
    EventRow first() {
        return granted != null ? granted : Objects.requireNonNull(ended);
    }

    Key key() {
        return Key.of(first());
    }

    /** When it was granted. Where the event is not in the log, as the end's record remembers it. */
    long grantedAt() {
        EventRow first = first();
        Long remembered = first.hold() == null ? null : first.hold().grantedAt();
        return granted != null || remembered == null ? first.at() : Math.min(first.at(), remembered);
    }

    @Nullable
    Long waitedMillis() {
        Long queuedAt = first().queuedAt();
        return queuedAt == null ? null : Long.valueOf(Math.max(0, grantedAt() - queuedAt));
    }

    /** The version of the lease node that granted it. */
    @Nullable
    Integer grantedVersion() {
        if (granted != null) {
            return granted.story().version();
        }
        AuditRecord.Hold hold = first().hold();
        return hold == null ? null : hold.grantedVersion();
    }

    @Nullable
    Long heldMillis() {
        return ended == null ? null : Long.valueOf(ended.at() - grantedAt());
    }

    @Nullable
    Integer renewals() {
        Integer from = grantedVersion();
        return ended == null || from == null
                ? null
                : Integer.valueOf(Math.max(0, ended.story().version() - from));
    }

    @Nullable
    Long closedUntil() {
        Long closed =
                ended == null || ended.hold() == null ? null : ended.hold().closedForMillis();
        return ended == null || closed == null ? null : Long.valueOf(ended.at() + closed);
    }
}
