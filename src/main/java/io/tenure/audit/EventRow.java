package io.tenure.audit;

import io.tenure.name.Kind;
import org.jspecify.annotations.Nullable;

/**
 * One event as it goes into the table: a record, one of its subjects, and the number that it gets.
 *
 * @param entry the record
 * @param story what the record says
 * @param ordinal counts the record's events, from 0
 * @param hold the hold that the event is about; null when it is about the lease itself
 * @param token the hold's fencing token; null when it has none
 * @param at milliseconds since 1970, never less than the event's before it
 */
record EventRow(
        long number,
        Entry entry,
        AuditRecord story,
        int ordinal,
        Action action,
        AuditRecord.@Nullable Hold hold,
        @Nullable Long token,
        long at) {
    Kind kind() {
        return hold == null ? Kind.LEASE : hold.kind();
    }

    @Nullable
    String name() {
        return hold == null ? null : hold.name().value();
    }

    @Nullable
    String mode() {
        return hold == null || hold.mode() == null ? null : hold.mode().wire();
    }

    @Nullable
    Integer count() {
        return hold == null ? null : hold.count();
    }

    /** Whose it is. The id in a record of changed permits tells one change from another, and is no lease's. */
    @Nullable
    String lease() {
        return action == Action.PERMITS_CHANGED ? null : story.lease().value();
    }

    /** Why: when something begins in the holder's words, when it ends in the words of who ended it. */
    @Nullable
    String reason() {
        return switch (action) {
            case QUEUED, GRANTED -> hold == null || hold.reason() == null ? story.reason() : hold.reason();
            case ENDED, LEFT_QUEUE, REVOKING, DOWNGRADED, TRANSFERRED, VALUE_CHANGED, PERMITS_CHANGED -> story.reason();
        };
    }

    @Nullable
    Long queuedAt() {
        return hold == null ? null : hold.queuedAt();
    }

    @Nullable
    Long waitedMillis() {
        Long queuedAt = queuedAt();
        return switch (action) {
            case GRANTED, LEFT_QUEUE -> queuedAt == null ? null : Long.valueOf(Math.max(0, at - queuedAt));
            case QUEUED, ENDED, REVOKING, DOWNGRADED, TRANSFERRED, VALUE_CHANGED, PERMITS_CHANGED -> null;
        };
    }

    @Nullable
    Long heldMillis() {
        Long grantedAt = hold == null ? null : hold.grantedAt();
        return action == Action.ENDED && grantedAt != null ? Long.valueOf(Math.max(0, at - grantedAt)) : null;
    }

    @Nullable
    String endedBy() {
        return story.endedBy() == null ? null : story.endedBy().name();
    }

    /** The record's bytes stand with its first event. */
    byte @Nullable [] body() {
        return ordinal == 0 ? entry.body() : null;
    }
}
