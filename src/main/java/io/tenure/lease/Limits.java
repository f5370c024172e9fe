package io.tenure.lease;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of what may be asked for, as the operator set them. {@code GET /v1/limits} tells them.
 *
 * @param minTtl shortest TTL
 * @param maxTtl longest TTL
 * @param grace how long a lease is kept beyond what its holder was told
 * @param maxHold longest time from grant to end whatever the renewals; null for none
 * @param endedMemory how long the id of an ended, client-named lease is refused at least
 * @param maxWait longest time that a request may hang
 * @param maxWaiters longest queue of one name
 * @param maxLeases most leases alive at once
 * @param maxEnded most ended client-named ids remembered at once
 * @param maxBatch most leases in one renewal request
 * @param maxHoldsAtOnce most holds in one all-or-nothing request
 * @param maxHoldsPerLease most holds of one lease
 * @param maxBodyBytes largest request body
 * @param maxMetadataBytes largest metadata, as JSON
 * @param maxBacklog most audit records that may wait for the database before acquisitions are refused
 */
public record Limits(
        Duration minTtl,
        Duration maxTtl,
        Duration grace,
        @Nullable Duration maxHold,
        Duration endedMemory,
        Duration maxWait,
        int maxWaiters,
        int maxLeases,
        int maxEnded,
        int maxBatch,
        int maxHoldsAtOnce,
        int maxHoldsPerLease,
        int maxBodyBytes,
        int maxMetadataBytes,
        int maxBacklog) {}
