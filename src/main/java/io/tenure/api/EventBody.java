package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One event of the audit log. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "number",
    "at",
    "action",
    "kind",
    "name",
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
        String lease,
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
