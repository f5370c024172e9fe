package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One tenure of the audit log, from its grant to its end.
 *
 * @param mode of a read/write lock, {@code read} or {@code write}
 * @param count of a semaphore how many permits; null for one
 * @param downgradedAt when a writer became a reader
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "tenure",
    "kind",
    "name",
    "mode",
    "count",
    "token",
    "lease",
    "owner",
    "principal",
    "address",
    "queuedAt",
    "grantedAt",
    "downgradedAt",
    "endedAt",
    "waitedMillis",
    "heldMillis",
    "endedBy",
    "endedByPrincipal",
    "reason",
    "endReason",
    "renewals",
    "ttlMillis",
    "closedUntil",
    "grantedNumber",
    "endedNumber",
    "metadata"
})
public record TenureBody(
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
        @Nullable String queuedAt,
        String grantedAt,
        @Nullable String downgradedAt,
        @Nullable String endedAt,
        @Nullable Long waitedMillis,
        @Nullable Long heldMillis,
        @Nullable String endedBy,
        @Nullable String endedByPrincipal,
        @Nullable String reason,
        @Nullable String endReason,
        @Nullable Integer renewals,
        @Nullable Long ttlMillis,
        @Nullable String closedUntil,
        @Nullable Long grantedNumber,
        @Nullable Long endedNumber,
        Map<String, String> metadata) {}
