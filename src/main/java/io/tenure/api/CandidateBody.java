package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * A candidate of an election.
 *
 * @param lease its lease; of a native client the name of its node
 * @param id what it is called
 * @param state {@code LEADING} or {@code FOLLOWING}
 * @param position how many stand before it with itself counted, but for the leader; null for the leader
 * @param term the number of its term, which grows from leader to leader and is its fencing token; null while it follows
 * @param validForMillis how long the candidate may count on it from when this answer left; only in answers to a write of this server
 * @param leader who leads instead; only where a candidate that follows is told so; null while nobody does, or where it cannot be told
 * @param nativeCandidate true for a Curator client that does not speak HTTP
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "kind",
    "name",
    "id",
    "state",
    "position",
    "term",
    "validForMillis",
    "ttlMillis",
    "owner",
    "value",
    "queuedAt",
    "grantedAt",
    "expiresAt",
    "revoking",
    "leader",
    "native"
})
public record CandidateBody(
        String lease,
        String name,
        @Nullable String id,
        String state,
        @Nullable Integer position,
        @Nullable Long term,
        @Nullable Long validForMillis,
        @Nullable Long ttlMillis,
        @Nullable String owner,
        @Nullable String value,
        @Nullable String queuedAt,
        @Nullable String grantedAt,
        @Nullable String expiresAt,
        @Nullable Boolean revoking,
        @Nullable LeaderBody leader,
        @JsonProperty("native") @Nullable Boolean nativeCandidate) {
    /** It leads. */
    public static final String LEADING = "LEADING";

    /** It is a candidate, and another leads or nobody. */
    public static final String FOLLOWING = "FOLLOWING";

    /** Always {@code election}. */
    @JsonProperty
    public String kind() {
        return "election";
    }

    /** The same, with who leads instead. */
    public CandidateBody under(@Nullable LeaderBody other) {
        return new CandidateBody(
                lease,
                name,
                id,
                state,
                position,
                term,
                validForMillis,
                ttlMillis,
                owner,
                value,
                queuedAt,
                grantedAt,
                expiresAt,
                revoking,
                other,
                nativeCandidate);
    }
}
