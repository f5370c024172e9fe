package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request to hold one thing says.
 *
 * @param ttl makes a lease for this hold; left out, the request attaches to a lease that lives
 * @param mode of a read/write lock how it is wanted
 * @param count of a semaphore how many permits; left out, one
 * @param patience how long to wait in the queue
 * @param queue whether the place stays when the wait is over
 * @param lockDelay how long the name stays closed when this hold expires
 * @param lease by POST only: the lease to attach to, or to create under this id
 */
public record AcquireBody(
        @Nullable Duration ttl,
        @Nullable Mode mode,
        @Nullable Integer count,
        @JsonProperty("wait") @Nullable Duration patience,
        @Nullable Boolean queue,
        @Nullable String owner,
        @Nullable String reason,
        @Nullable Map<String, String> metadata,
        @Nullable Duration minHold,
        @Nullable Duration maxHold,
        @Nullable Duration lockDelay,
        @Nullable LeaseId lease) {}
