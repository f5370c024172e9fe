package io.tenure.audit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event as the log tells it. Times are milliseconds since 1970 by the store's clock.
 *
 * @param number its place in the log, from 1 without gaps
 * @param name of what it is about; null when it is about a lease of its own
 * @param mode of a read/write lock how it was wanted or held then, and after a downgrade how it is held since
 * @param count of a semaphore how many permits, null for one; with {@code PERMITS_CHANGED} how many there are, 0 when there are none
 *     any more
 * @param lease whose it is; null with {@code PERMITS_CHANGED}, which is about no lease
 * @param by who ended or revoked it, when it was not the owner
 */
public record AuditEvent(
        long number,
        long at,
        String action,
        String kind,
        @Nullable String name,
        @Nullable String mode,
        @Nullable Integer count,
        @Nullable String lease,
        @Nullable Long token,
        @Nullable String owner,
        @Nullable String principal,
        @Nullable String address,
        @Nullable String by,
        @Nullable String endedBy,
        @Nullable String reason,
        @Nullable Long waitedMillis,
        @Nullable Long heldMillis,
        String server,
        @Nullable String requestId,
        Map<String, String> metadata) {}
