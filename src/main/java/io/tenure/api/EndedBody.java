package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.name.EndedBy;
import org.jspecify.annotations.Nullable;

/**
 * A hold that has ended.
 *
 * @param fencingToken null for a place that was never granted
 * @param heldMillis from grant to end; null for a place that was never granted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "kind",
    "name",
    "state",
    "endedBy",
    "endedAt",
    "by",
    "reason",
    "fencingToken",
    "grantedAt",
    "heldMillis",
    "closedForMillis"
})
public record EndedBody(
        String lease,
        String kind,
        String name,
        EndedBy endedBy,
        @Nullable String endedAt,
        @Nullable String by,
        @Nullable String reason,
        @Nullable Long fencingToken,
        @Nullable String grantedAt,
        @Nullable Long heldMillis,
        @Nullable Long closedForMillis)
        implements HoldAnswer {
    /** Always {@code ENDED}. */
    @JsonProperty
    public String state() {
        return "ENDED";
    }
}
