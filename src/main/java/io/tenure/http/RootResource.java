package io.tenure.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** The way in: what is where, and the first call to try. 200 always. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class RootResource {
    private final String version;

    public RootResource(String version) {
        this.version = version;
    }

    @GET
    public View root(@Context UriInfo uri) {
        Map<String, String> links = new LinkedHashMap<>();
        links.put("leases", "/v1/leases");
        links.put("locks", "/v1/locks");
        links.put("rwlocks", "/v1/rwlocks");
        links.put("semaphores", "/v1/semaphores");
        links.put("elections", "/v1/elections");
        links.put("waits", "/v1/waits");
        links.put("tenures", "/v1/audit/tenures");
        links.put("limits", "/v1/limits");
        links.put("cluster", "/v1/cluster");
        links.put("live", "/health/live");
        links.put("ready", "/health/ready");
        return new View(
                "tenure",
                version,
                links,
                "curl -X POST -H 'Content-Type: application/json' -d '{\"ttl\":\"30s\"}' " + uri.getBaseUri()
                        + "v1/locks/demo");
    }

    /** The way in as it is written. */
    @JsonPropertyOrder({"service", "version", "links", "try"})
    public record View(
            String service,
            String version,
            Map<String, String> links,
            @JsonProperty("try") String first) {}
}
