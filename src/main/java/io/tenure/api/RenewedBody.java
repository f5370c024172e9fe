package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.name.EndedBy;
import org.jspecify.annotations.Nullable;

/**
 * What became of a renewal.
 *
 * @param state {@code LIVE}; of one among many also {@code ENDED}, {@code UNKNOWN} or {@code UNAVAILABLE}
 * @param holdCount how many holds the lease has that have not ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "state",
    "validForMillis",
    "ttlMillis",
    "expiresAt",
    "holdCount",
    "endedBy",
    "endedAt",
    "by",
    "reason"
})
public record RenewedBody(
        String lease,
        String state,
        @Nullable Long validForMillis,
        @Nullable Long ttlMillis,
        @Nullable String expiresAt,
        @Nullable Integer holdCount,
        @Nullable EndedBy endedBy,
        @Nullable String endedAt,
        @Nullable String by,
        @Nullable String reason) {}
