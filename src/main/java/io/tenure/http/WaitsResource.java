package io.tenure.http;

import io.tenure.queue.WaitLooks;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;

/** Who waits for whom, over locks, read/write locks, semaphores and elections. 200 always. */
@Path("/v1/waits")
@Produces(MediaType.APPLICATION_JSON)
public final class WaitsResource {
    private final WaitLooks looks;
    private final Answers answers;

    public WaitsResource(WaitLooks looks, Answers answers) {
        this.looks = looks;
        this.answers = answers;
    }

    /** The holds that wait, and the leases that wait for each other. */
    @GET
    @Takes({"prefix", "limit"})
    public CompletionStage<Response> look(@Context Query query) {
        return answers.hanging(
                looks.look(
                        query.text("prefix").orElse(""),
                        query.number("limit", 1, 1000).orElse(100L).intValue()),
                Answers::ok);
    }
}
