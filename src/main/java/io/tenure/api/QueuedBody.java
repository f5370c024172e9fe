package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hold that waits.
 *
 * @param mode {@code read} or {@code write}, of a read/write lock only
 * @param count how many permits, of a semaphore only; null for one
 * @param position 1 is next; 0 is first already, and about to be granted or waiting for other names that it wants together with this
 * @param waitsFor the other names of a several-at-once request in which this lease is not yet first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "kind",
    "name",
    "mode",
    "count",
    "state",
    "position",
    "validForMillis",
    "ttlMillis",
    "owner",
    "reason",
    "queuedAt",
    "waitsFor",
    "native"
})
public record QueuedBody(
        String lease,
        String kind,
        String name,
        @Nullable String mode,
        @Nullable Integer count,
        @Nullable Integer position,
        @Nullable Long validForMillis,
        @Nullable Long ttlMillis,
        @Nullable String owner,
        @Nullable String reason,
        @Nullable String queuedAt,
        @Nullable List<NamedBody> waitsFor,
        @JsonProperty("native") @Nullable Boolean nativeWaiter)
        implements HoldAnswer {
    /** The same place, with what it waits for. */
    public QueuedBody withWaitsFor(@Nullable List<NamedBody> others) {
        return new QueuedBody(
                lease,
                kind,
                name,
                mode,
                count,
                position,
                validForMillis,
                ttlMillis,
                owner,
                reason,
                queuedAt,
                others,
                nativeWaiter);
    }

    /** Always {@code QUEUED}. */
    @JsonProperty
    public String state() {
        return "QUEUED";
    }
}
