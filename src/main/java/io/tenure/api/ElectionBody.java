package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An election as it stands.
 *
 * @param leader who leads; null, and written so, when nobody does
 * @param term the leader's; null when nobody leads, or a native client does
 * @param revision grows with every change; opaque
 * @param changed false when a request waited for a change and none came; otherwise null
 * @param candidates those who would lead next, in their order, the first 100 at most
 * @param candidateCount how many there are, without the leader
 * @param path where native Curator clients find it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "name",
    "leader",
    "term",
    "revision",
    "changed",
    "candidates",
    "candidateCount",
    "closedForMillis",
    "path"
})
public record ElectionBody(
        String name,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable LeaderBody leader,
        @Nullable Long term,
        String revision,
        @Nullable Boolean changed,
        List<CandidateBody> candidates,
        int candidateCount,
        long closedForMillis,
        String path) {
    /** The same, as the answer to a request that waited for a change. */
    public ElectionBody changed(boolean isChanged) {
        return new ElectionBody(
                name, leader, term, revision, isChanged, candidates, candidateCount, closedForMillis, path);
    }
}
