package io.tenure.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of an answer, with how far the log was when it was read.
 *
 * @param next where to go on; null at the end of what there will ever be
 * @param recordedUntil everything before this is in the log; null when that was never reached
 * @param recordedNumber the number of the last event
 * @param quarantined how many records are not in the log because they wait for an operator
 */
public record AuditPage<T>(
        List<T> items, @Nullable String next, @Nullable Instant recordedUntil, long recordedNumber, int quarantined) {
    public AuditPage {
        items = List.copyOf(items);
    }
}
