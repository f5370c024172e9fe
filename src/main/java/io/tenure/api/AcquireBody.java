package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request to hold one thing says.
 *
 * @param ttl makes a lease for this hold; left out, the request attaches to a lease that lives
 * @param patience how long to wait in the queue
 * @param queue whether the place stays when the wait is over
 * @param lease by POST only: the lease to attach to, or to create under this id
 */
public record AcquireBody(
        @Nullable Duration ttl,
        @JsonProperty("wait") @Nullable Duration patience,
        @Nullable Boolean queue,
        @Nullable String owner,
        @Nullable String reason,
        @Nullable Map<String, String> metadata,
        @Nullable Duration minHold,
        @Nullable Duration maxHold,
        @Nullable LeaseId lease) {}
