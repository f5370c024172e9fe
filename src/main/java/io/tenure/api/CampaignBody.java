package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request to campaign says.
 *
 * @param id what the candidate is called, which everybody sees, native clients too; left out, its owner, else its lease
 * @param value what it proclaims once it leads, such as the address it serves at
 * @param ttl makes a lease for this candidacy; left out, the request attaches to a lease that lives
 * @param patience how long to wait for leadership before the answer
 * @param queue whether the candidate stays when it does not lead by then; left out, it does
 * @param lease by POST only: the lease to attach to, or to create under this id
 */
public record CampaignBody(
        @Nullable String id,
        @Nullable String value,
        @Nullable Duration ttl,
        @JsonProperty("wait") @Nullable Duration patience,
        @Nullable Boolean queue,
        @Nullable String owner,
        @Nullable Map<String, String> metadata,
        @Nullable Duration maxHold,
        @Nullable Duration lockDelay,
        @Nullable LeaseId lease) {}
