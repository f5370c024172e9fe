package io.tenure.http;

import io.tenure.api.PermitsAsk;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lock.Locks;
import io.tenure.lock.Semaphores;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Explain;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Semaphores: as many permits as were set. */
@Path("/v1/semaphores")
public final class SemaphoresResource extends HoldsResource {
    private final Semaphores semaphores;

    public SemaphoresResource(
            Locks locks,
            Semaphores semaphores,
            Leases leases,
            Explain explain,
            Limits limits,
            Supplier<LeaseId> ids,
            Answers answers,
            Verbs verbs) {
        super(Kind.SEMAPHORE, locks, leases, explain, limits, ids, answers, verbs);
        this.semaphores = semaphores;
    }

    /** Says how many permits it has: 201 it had none, 200 otherwise. */
    @PUT
    @Path("/{name}")
    public CompletionStage<Response> permit(@PathParam("name") Name name, PermitsAsk body, @Context Caller caller) {
        return answers()
                .of(
                        verbs().timed("permit", () -> semaphores.permit(name, body.permits(), caller.actor())),
                        given -> given.created()
                                ? Answers.created("/v1/semaphores/" + name, given.body())
                                : Answers.ok(given.body()));
    }

    /** Takes its permits from a semaphore that nobody uses: 200; 409 IN_USE. */
    @DELETE
    @Path("/{name}")
    public CompletionStage<Response> remove(@PathParam("name") Name name, @Context Caller caller) {
        return answers().of(verbs().timed("permit", () -> semaphores.remove(name, caller.actor())), Answers::ok);
    }
}
