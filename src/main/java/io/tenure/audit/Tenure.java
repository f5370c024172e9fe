package io.tenure.audit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One hold from its grant to its end, as the log tells it. Times are milliseconds since 1970 by the store's clock.
 *
 * @param tenure the number of the event that granted it; of the event that ended it, when the grant is not in the log
 * @param name of what was held; null for a lease of its own
 * @param mode of a read/write lock how it was granted; of holders at a moment how it was held then. When the grant is not in the log,
 *     how it was held when it ended
 * @param count of a semaphore how many permits; null for one
 * @param queuedAt when it took its place; null when it never waited
 * @param downgradedAt when the writer became a reader: since then readers are beside it; null when it did not
 * @param endedAt null while it is open
 * @param endedByPrincipal who ended it, when it was not the owner
 * @param reason why it was taken
 * @param endReason why it was ended
 * @param renewals by how many versions the lease was changed in between
 * @param closedUntil until when the name stays closed after it
 */
public record Tenure(
        long tenure,
        String kind,
        @Nullable String name,
        @Nullable String mode,
        @Nullable Integer count,
        @Nullable Long token,
        String lease,
        @Nullable String owner,
        @Nullable String principal,
        @Nullable String address,
        @Nullable Long queuedAt,
        long grantedAt,
        @Nullable Long downgradedAt,
        @Nullable Long endedAt,
        @Nullable Long waitedMillis,
        @Nullable Long heldMillis,
        @Nullable String endedBy,
        @Nullable String endedByPrincipal,
        @Nullable String reason,
        @Nullable String endReason,
        @Nullable Integer renewals,
        @Nullable Long ttlMillis,
        @Nullable Long closedUntil,
        @Nullable Long grantedNumber,
        @Nullable Long endedNumber,
        Map<String, String> metadata) {}
