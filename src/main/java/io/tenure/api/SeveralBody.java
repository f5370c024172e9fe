package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several holds that were granted together. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"lease", "state", "validForMillis", "ttlMillis", "owner", "holds"})
public record SeveralBody(
        String lease,
        String state,
        @Nullable Long validForMillis,
        long ttlMillis,
        @Nullable String owner,
        List<LeaseBody.Hold> holds) {}
