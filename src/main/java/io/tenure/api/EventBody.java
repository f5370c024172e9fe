package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of the audit log.
 *
 * @param mode of a read/write lock, {@code read} or {@code write}
 * @param count of a semaphore how many permits; null for one
 * @param lease null when it is about no lease: somebody changed the permits of a semaphore
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "number",
    "at",
    "action",
    "kind",
    "name",
    "mode",
    "count",
    "lease",
    "token",
    "owner",
    "principal",
    "address",
    "by",
    "endedBy",
    "reason",
    "waitedMillis",
    "heldMillis",
    "server",
    "requestId",
    "metadata"
})
public record EventBody(
        long number,
        String at,
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
