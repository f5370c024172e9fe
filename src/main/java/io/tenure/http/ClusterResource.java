package io.tenure.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The servers, the coordinator, the store and the outbox, as the asked server has last seen them: always 200. */
@Path("/v1/cluster")
@Produces(MediaType.APPLICATION_JSON)
public final class ClusterResource {
    private final Supplier<Cluster> cluster;
    private final Answers answers;

    public ClusterResource(Supplier<Cluster> cluster, Answers answers) {
        this.cluster = cluster;
        this.answers = answers;
    }

    @GET
    public CompletionStage<Response> cluster() {
        return answers.of(CompletableFuture.completedFuture(cluster.get()), Answers::ok);
    }
}
