package io.tenure.http;

import io.tenure.api.GrantBody;
import io.tenure.api.RenewBody;
import io.tenure.api.RenewManyAsk;
import io.tenure.api.RevokeBody;
import io.tenure.api.SeveralAsk;
import io.tenure.error.Refusal;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lease.Renewals;
import io.tenure.lease.Terms;
import io.tenure.name.LeaseId;
import io.tenure.queue.Acquire;
import io.tenure.queue.Acquired;
import io.tenure.queue.Claim;
import io.tenure.queue.Holds;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Leases: granted, looked at, renewed, released, revoked; several holds at once under a new one. */
@Path("/v1/leases")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public final class LeasesResource {
    private final Leases leases;
    private final Renewals renewals;
    private final Acquire acquire;
    private final Limits limits;
    private final Claims claims;
    private final Answers answers;
    private final Verbs verbs;

    public LeasesResource(
            Leases leases,
            Renewals renewals,
            Acquire acquire,
            Limits limits,
            Supplier<LeaseId> ids,
            Answers answers,
            Verbs verbs) {
        this.leases = leases;
        this.renewals = renewals;
        this.acquire = acquire;
        this.limits = limits;
        this.claims = new Claims(limits, ids);
        this.answers = answers;
        this.verbs = verbs;
    }

    /** Grants a lease that the server names: 201. */
    @POST
    public CompletionStage<Response> grant(GrantBody body, @Context Caller caller) {
        return grant(claims.newLease(), false, body, caller);
    }

    /** Grants a lease that the client names: 201, and 200 for a repeat. */
    @PUT
    @Path("/{lease}")
    public CompletionStage<Response> grant(@PathParam("lease") LeaseId lease, GrantBody body, @Context Caller caller) {
        return grant(lease, true, body, caller);
    }

    private CompletionStage<Response> grant(LeaseId lease, boolean named, GrantBody body, Caller caller) {
        Terms terms = new Terms(
                body.ttl(), body.owner(), body.maxHold(), Metadata.checked(body.metadata(), limits.maxMetadataBytes()));
        return answers.of(
                verbs.timed("grant", () -> leases.grant(lease, named, terms, caller.actor())),
                granted -> granted.created()
                        ? Answers.created("/v1/leases/" + lease, granted.body())
                        : Answers.ok(granted.body()));
    }

    /** Looks at a lease, or hangs while its state is {@code after}. Never renews. */
    @GET
    @Path("/{lease}")
    @Takes({"wait", "after"})
    public CompletionStage<Response> look(@PathParam("lease") LeaseId lease, @Context Query query) {
        Duration wait = HoldsResource.wait(query);
        String after = HoldsResource.oneOf("after", query.text("after").orElse("LIVE"), "LIVE", "REVOKING");
        return answers.hanging(leases.look(lease, wait, after), Answers::ok);
    }

    /** Ends a lease with all that it holds. Again, the same answer. */
    @DELETE
    @Path("/{lease}")
    @Takes({"reason", "cancel"})
    public CompletionStage<Response> release(
            @PathParam("lease") LeaseId lease, @Context Query query, @Context Caller caller) {
        String reason = query.text("reason").orElse(null);
        return answers.of(
                query.flag("cancel")
                        ? verbs.timed("withdraw", () -> leases.cancel(lease, reason, caller.actor()))
                        : verbs.timed("release", () -> leases.release(lease, reason, caller.actor())),
                Answers::ok);
    }

    /** Renews a lease: 200 with what its holder may count on, 410 when it has ended, 404 when it was never seen. */
    @POST
    @Path("/{lease}/renew")
    public CompletionStage<Response> renew(@PathParam("lease") LeaseId lease, @EmptyAllowed RenewBody body) {
        return answers.of(verbs.timed("renew", () -> renewals.renew(lease, body.ttl())), Answers::ok);
    }

    /** Renews many leases: 200 with what became of each. */
    @POST
    @Path("/renew")
    public CompletionStage<Response> renew(RenewManyAsk body) {
        List<LeaseId> ids = body.leases();
        if (ids == null || ids.contains(null)) {
            throw Refusal.invalid("leases", "required, a list of lease ids", ids == null ? null : "a list with null");
        }
        return answers.of(verbs.timed("renewMany", () -> renewals.renew(ids)), Answers::ok);
    }

    /** Ends a lease although its owner has not asked for it. */
    @POST
    @Path("/{lease}/revoke")
    public CompletionStage<Response> revoke(
            @PathParam("lease") LeaseId lease, RevokeBody body, @Context Caller caller) {
        boolean immediately = Boolean.TRUE.equals(body.immediately());
        return answers.of(
                verbs.timed(
                        "revoke", () -> leases.revoke(lease, body.reason(), immediately, body.by(), caller.actor())),
                revoked -> revoked("/v1/leases/" + lease, revoked));
    }

    static Response revoked(String location, Leases.Revoked revoked) {
        if (revoked instanceof Leases.Revoked.Revoking revoking) {
            return Answers.accepted(location, revoking.body());
        }
        return revoked instanceof Leases.Revoked.Ended ended
                ? Answers.ok(ended.body())
                : Answers.ok(((Leases.Revoked.HoldClosed) revoked).body());
    }

    /** Takes several things under one new lease, all or nothing. */
    @PUT
    @Path("/{lease}/holds")
    public CompletionStage<Response> acquire(
            @PathParam("lease") LeaseId lease, SeveralAsk body, @Context Caller caller) {
        Claim claim = claims.several(lease, body, caller);
        return answers.hanging(
                verbs.timed("acquire", () -> acquire.acquire(claim)), acquired -> several(claim, acquired));
    }

    private static Response several(Claim claim, Acquired acquired) {
        String location = "/v1/leases/" + claim.lease();
        @Nullable Long valid = acquired.validForMillis();
        if (acquired instanceof Acquired.Held held) {
            Record body = Holds.several(held.lease(), claim.wants(), valid);
            return held.fresh() ? Answers.created(location, body) : Answers.ok(body);
        }
        return Answers.accepted(location, Holds.several(acquired.lease(), claim.wants(), valid));
    }
}
