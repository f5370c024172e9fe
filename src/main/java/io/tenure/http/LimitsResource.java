package io.tenure.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.lease.Limits;
import io.tenure.name.Name;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What may be asked for, so that no client needs to guess: 200 always. */
@Path("/v1/limits")
@Produces(MediaType.APPLICATION_JSON)
public final class LimitsResource {
    private final View view;

    public LimitsResource(Limits limits) {
        this.view = View.of(limits);
    }

    @GET
    public View limits() {
        return view;
    }

    /** The limits as they are written. */
    @JsonPropertyOrder({
        "minTtlMillis",
        "maxTtlMillis",
        "maxWaitMillis",
        "graceMillis",
        "maxWaiters",
        "maxBatch",
        "maxStreams",
        "maxHoldsAtOnce",
        "maxHoldsPerLease",
        "endedMemoryMillis",
        "maxBodyBytes",
        "maxMetadataBytes",
        "names"
    })
    public record View(
            long minTtlMillis,
            long maxTtlMillis,
            long maxWaitMillis,
            long graceMillis,
            int maxWaiters,
            int maxBatch,
            int maxStreams,
            int maxHoldsAtOnce,
            int maxHoldsPerLease,
            long endedMemoryMillis,
            int maxBodyBytes,
            int maxMetadataBytes,
            String names) {
        static View of(Limits limits) {
            return new View(
                    limits.minTtl().toMillis(),
                    limits.maxTtl().toMillis(),
                    limits.maxWait().toMillis(),
                    limits.grace().toMillis(),
                    limits.maxWaiters(),
                    limits.maxBatch(),
                    limits.maxStreams(),
                    limits.maxHoldsAtOnce(),
                    limits.maxHoldsPerLease(),
                    limits.endedMemory().toMillis(),
                    limits.maxBodyBytes(),
                    limits.maxMetadataBytes(),
                    Name.FORM);
        }
    }
}
