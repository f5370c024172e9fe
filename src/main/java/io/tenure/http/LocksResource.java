package io.tenure.http;

import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lock.Locks;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.queue.Explain;
import jakarta.ws.rs.Path;
import java.util.function.Supplier;

/** Locks: one holder at a time. */
@Path("/v1/locks")
public final class LocksResource extends HoldsResource {
    public LocksResource(
            Locks locks,
            Leases leases,
            Explain explain,
            Limits limits,
            Supplier<LeaseId> ids,
            Answers answers,
            Verbs verbs) {
        super(Kind.LOCK, locks, leases, explain, limits, ids, answers, verbs);
    }
}
