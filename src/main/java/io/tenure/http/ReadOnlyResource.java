package io.tenure.http;

import io.tenure.api.ReadOnlyAsk;
import io.tenure.lease.ReadOnly;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;

/** Switches the cluster to read-only and back. 200 with how it stands, and again 200; 503 when the store cannot be asked. */
@Path("/v1/cluster/read-only")
@Produces(MediaType.APPLICATION_JSON)
public final class ReadOnlyResource {
    private final ReadOnly readOnly;
    private final Answers answers;

    public ReadOnlyResource(ReadOnly readOnly, Answers answers) {
        this.readOnly = readOnly;
        this.answers = answers;
    }

    /** On; while it is on already nothing changes. */
    @PUT
    public CompletionStage<Response> on(ReadOnlyAsk body, @Context Caller caller) {
        return answers.of(readOnly.on(body.reason(), body.by(), caller.actor()), Answers::ok);
    }

    /** Off. */
    @DELETE
    public CompletionStage<Response> off() {
        return answers.of(readOnly.off(), Answers::ok);
    }
}
