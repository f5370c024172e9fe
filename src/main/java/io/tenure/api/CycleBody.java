package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leases that wait for each other, so that none of them goes on by itself.
 *
 * @param detail who holds and wants what, in words
 */
@JsonPropertyOrder({"detail", "leases"})
public record CycleBody(String detail, List<Member> leases) {
    /**
     * One of them.
     *
     * @param lease the lease; of a native client its queue node
     * @param holds what it holds that others of them wait for
     * @param reserves what it is first in line for, and takes only together with what it wants
     * @param wants what it waits for behind others of them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"lease", "owner", "holds", "reserves", "wants", "native"})
    public record Member(
            String lease,
            @Nullable String owner,
            List<NamedBody> holds,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<NamedBody> reserves,
            List<NamedBody> wants,
            @JsonProperty("native") @Nullable Boolean nativeClient) {}
}
