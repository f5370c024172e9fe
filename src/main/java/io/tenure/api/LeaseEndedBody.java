package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.name.EndedBy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lease that has ended, with the holds that ended with it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"lease", "state", "endedBy", "endedAt", "by", "reason", "holds"})
public record LeaseEndedBody(
        String lease,
        EndedBy endedBy,
        @Nullable String endedAt,
        @Nullable String by,
        @Nullable String reason,
        List<EndedBody> holds) {
    /** Always {@code ENDED}. */
    @JsonProperty
    public String state() {
        return "ENDED";
    }
}
