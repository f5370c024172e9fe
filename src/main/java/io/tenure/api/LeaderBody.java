package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * Who leads.
 *
 * @param id what it is called
 * @param value what it proclaims
 * @param since since when
 * @param revoking true when it was asked to end, and others wait until what it was told has run out
 * @param nativeLeader true for a Curator client that does not speak HTTP
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"id", "value", "owner", "lease", "since", "expiresAt", "revoking", "native"})
public record LeaderBody(
        @Nullable String id,
        @Nullable String value,
        @Nullable String owner,
        String lease,
        String since,
        @Nullable String expiresAt,
        @Nullable Boolean revoking,
        @JsonProperty("native") @Nullable Boolean nativeLeader) {}
