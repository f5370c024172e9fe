package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lease.
 *
 * @param state {@code LIVE} or {@code REVOKING}
 * @param validForMillis how long the holder may count on it from when this answer left; only in answers to a write of this server
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "state",
    "owner",
    "ttlMillis",
    "validForMillis",
    "grantedAt",
    "renewedAt",
    "expiresAt",
    "revokedBy",
    "reason",
    "metadata",
    "holds"
})
public record LeaseBody(
        String lease,
        String state,
        @Nullable String owner,
        long ttlMillis,
        @Nullable Long validForMillis,
        String grantedAt,
        String renewedAt,
        String expiresAt,
        @Nullable String revokedBy,
        @Nullable String reason,
        Map<String, String> metadata,
        List<Hold> holds) {
    /**
     * One hold of the lease, in short.
     *
     * @param state {@code HELD} or {@code QUEUED}
     * @param fencingToken null while it waits
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Hold(
            String kind,
            String name,
            String state,
            @Nullable Long fencingToken) {}
}
