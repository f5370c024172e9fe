package io.tenure.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the audit log is behind, as the coordinator knows it. For health, for the bound on records that wait, and for answers that say
 * how complete they are.
 *
 * @param length how many records waited in the outbox at the last look
 * @param oldestMillis for how long at least one of them has been waiting; 0 when none is
 * @param recordedUntil everything before this, by the store's clock, is in the log; null when that was never reached
 * @param recordedNumber the number of the last event in the log
 * @param database what is known of the database
 * @param quarantined how many records wait for an operator to look at them
 */
public record Backlog(
        long length,
        long oldestMillis,
        @Nullable Instant recordedUntil,
        long recordedNumber,
        DatabaseState database,
        int quarantined) {}
