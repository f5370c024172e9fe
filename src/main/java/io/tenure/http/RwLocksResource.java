package io.tenure.http;

import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lock.Downgrades;
import io.tenure.lock.Locks;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Explain;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Read/write locks: readers together, or one writer. */
@Path("/v1/rwlocks")
public final class RwLocksResource extends HoldsResource {
    private final Downgrades downgrades;

    public RwLocksResource(
            Locks locks,
            Downgrades downgrades,
            Leases leases,
            Explain explain,
            Limits limits,
            Supplier<LeaseId> ids,
            Answers answers,
            Verbs verbs) {
        super(Kind.RWLOCK, locks, leases, explain, limits, ids, answers, verbs);
        this.downgrades = downgrades;
    }

    /** Makes a writer a reader without letting go: 200 with the same fencing token. */
    @POST
    @Path("/{name}/holds/{lease}/downgrade")
    public CompletionStage<Response> downgrade(
            @PathParam("name") Name name, @PathParam("lease") LeaseId lease, @Context Caller caller) {
        return answers()
                .of(verbs().timed("downgrade", () -> downgrades.downgrade(name, lease, caller.actor())), Answers::ok);
    }
}
