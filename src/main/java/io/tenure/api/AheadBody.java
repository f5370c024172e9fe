package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who stands before one who waits.
 *
 * @param lease the lease; of a native client its queue node
 * @param state {@code HELD}, {@code QUEUED}, or {@code ENDED} for a hold that has ended and keeps the name closed
 * @param mode {@code read} or {@code write}, of a read/write lock only
 * @param count how many permits, of a semaphore only; null for one
 * @param position of who waits: 1 is next; 0 is first already, and about to be granted or waiting for other names
 * @param since when it was granted; of who waits, when it took its place
 * @param expiresAt when a holder loses it unless it is renewed
 * @param maxHoldUntil when a holder loses it whatever the renewals; null for no such bound
 * @param waitsFor the other names that it wants together with this one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "owner",
    "state",
    "mode",
    "count",
    "position",
    "since",
    "expiresAt",
    "maxHoldUntil",
    "reason",
    "waitsFor",
    "revoking",
    "native"
})
public record AheadBody(
        String lease,
        @Nullable String owner,
        String state,
        @Nullable String mode,
        @Nullable Integer count,
        @Nullable Integer position,
        @Nullable String since,
        @Nullable String expiresAt,
        @Nullable String maxHoldUntil,
        @Nullable String reason,
        @Nullable List<NamedBody> waitsFor,
        @Nullable Boolean revoking,
        @JsonProperty("native") @Nullable Boolean nativeClient) {}
