package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A hold that is granted.
 *
 * @param mode {@code read} or {@code write}, of a read/write lock only
 * @param count how many permits, of a semaphore only; null for one
 * @param fencingToken null for a native holder, which has none
 * @param validForMillis how long the holder may count on it from when this answer left; only in answers to a write of this server
 * @param nativeHolder true for a Curator client that does not speak HTTP
 * @param lastRenewedMillisAgo only where a lock is looked at
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "kind",
    "name",
    "mode",
    "count",
    "state",
    "fencingToken",
    "validForMillis",
    "ttlMillis",
    "owner",
    "reason",
    "metadata",
    "queuedAt",
    "grantedAt",
    "expiresAt",
    "lastRenewedMillisAgo",
    "revoking",
    "native"
})
public record HeldBody(
        String lease,
        String kind,
        String name,
        @Nullable String mode,
        @Nullable Integer count,
        @Nullable Long fencingToken,
        @Nullable Long validForMillis,
        @Nullable Long ttlMillis,
        @Nullable String owner,
        @Nullable String reason,
        @Nullable Map<String, String> metadata,
        @Nullable String queuedAt,
        @Nullable String grantedAt,
        @Nullable String expiresAt,
        @Nullable Long lastRenewedMillisAgo,
        @Nullable Boolean revoking,
        @JsonProperty("native") @Nullable Boolean nativeHolder)
        implements HoldAnswer {
    /** Always {@code HELD}. */
    @JsonProperty
    public String state() {
        return "HELD";
    }
}
