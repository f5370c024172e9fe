package io.tenure.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whether this process lives, and whether requests should be sent to it: 200, or 503 with the level and its reasons.
 *
 * <p>{@code live} says only that the process answers: restarting it cures neither a store nor a database that is away.
 */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    private final Supplier<Health> health;

    public HealthResource(Supplier<Health> health) {
        this.health = health;
    }

    /** Always 200. */
    @GET
    @Path("/live")
    public Health live() {
        return new Health(Level.NORMAL, List.of());
    }

    /** 200 when the level is NORMAL or DEGRADED, otherwise 503. */
    @GET
    @Path("/ready")
    public Response ready() {
        Health now = health.get();
        Response.ResponseBuilder answer = Response.status(now.level().ready() ? 200 : 503);
        if (!now.level().ready()) {
            answer.header("Retry-After", 1);
        }
        return answer.entity(now).build();
    }
}
