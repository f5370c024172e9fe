package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hold that waits, and whom it waits for.
 *
 * @param lease the lease; of a native client its queue node
 * @param mode {@code read} or {@code write}, of a read/write lock only
 * @param count how many permits, of a semaphore only; null for one
 * @param position 1 is next
 * @param since when it took its place
 * @param behind the leases before it that have to go first, native clients by their queue nodes: the first 10 at most
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"lease", "owner", "kind", "name", "mode", "count", "position", "since", "behind", "native"})
public record WaitBody(
        String lease,
        @Nullable String owner,
        String kind,
        String name,
        @Nullable String mode,
        @Nullable Integer count,
        int position,
        @Nullable String since,
        List<String> behind,
        @JsonProperty("native") @Nullable Boolean nativeWaiter) {}
