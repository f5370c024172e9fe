package io.tenure.http;

import io.tenure.api.AcquireBody;
import io.tenure.api.HeldBody;
import io.tenure.api.QueuedBody;
import io.tenure.api.RevokeBody;
import io.tenure.audit.Actor;
import io.tenure.error.Refusal;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lock.Locks;
import io.tenure.name.Durations;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Claim;
import io.tenure.queue.Explain;
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
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is taken and given back under a name. 201 became held by this request, 200 was so, 202 waits; 409 the state of things refuses, 410 it has ended, 404 never
 * heard of it; {@code docs/api.md} tells the rest.
 */
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public abstract class HoldsResource {
    private final Kind kind;
    private final Locks locks;
    private final Leases leases;
    private final Explain explain;
    private final Claims claims;
    private final Answers answers;
    private final Verbs verbs;

    /** @param kind the kind of things that it is about */
    HoldsResource(
            Kind kind,
            Locks locks,
            Leases leases,
            Explain explain,
            Limits limits,
            Supplier<LeaseId> ids,
            Answers answers,
            Verbs verbs) {
        this.kind = kind;
        this.locks = locks;
        this.leases = leases;
        this.explain = explain;
        this.claims = new Claims(limits, ids);
        this.answers = answers;
        this.verbs = verbs;
    }

    /** Takes it under a lease that the server names; what is not answered 2xx leaves nothing behind. */
    @POST
    @Path("/{name}")
    public CompletionStage<Response> acquire(@PathParam("name") Name name, AcquireBody body, @Context Caller caller) {
        Claim claim = claims.post(kind, name, body, caller);
        if (!claim.chosen() && !claim.patience().isZero()) {
            // who waited and could not be told must not be left holding
            caller.whenUndelivered(() -> release(name, claim.lease()));
        }
        return acquire(claim);
    }

    private void release(Name name, LeaseId lease) {
        var unused =
                locks.release(name, lease, "its client had gone", Actor.SERVICE).toCompletableFuture();
    }

    /** Takes it under a lease that the client names; may be repeated at will. */
    @PUT
    @Path("/{name}/holds/{lease}")
    public CompletionStage<Response> acquire(
            @PathParam("name") Name name, @PathParam("lease") LeaseId lease, AcquireBody body, @Context Caller caller) {
        return acquire(claims.put(kind, name, lease, body, caller));
    }

    private CompletionStage<Response> acquire(Claim claim) {
        CompletionStage<Locks.Answer> acquired = verbs.timed("acquire", () -> locks.acquire(claim));
        return claim.patience().isZero() ? answers.of(acquired, told(claim)) : answers.hanging(acquired, told(claim));
    }

    private Function<Locks.Answer, Response> told(Claim claim) {
        return answer -> {
            String location = "/v1/" + kind.wire() + "s/" + claim.wants().get(0).name() + "/holds/" + claim.lease();
            if (answer.body() instanceof QueuedBody queued) {
                return Answers.accepted(location, queued);
            }
            HeldBody held = (HeldBody) answer.body();
            return answer.fresh() ? Answers.created(location, held) : Answers.ok(held);
        };
    }

    /** Looks at a hold, or hangs while its state is {@code after}. Never renews, never queues. */
    @GET
    @Path("/{name}/holds/{lease}")
    @Takes({"wait", "after"})
    public CompletionStage<Response> look(
            @PathParam("name") Name name, @PathParam("lease") LeaseId lease, @Context Query query) {
        String after = oneOf("after", query.text("after").orElse("QUEUED"), "QUEUED", "HELD");
        return answers.hanging(locks.look(name, lease, wait(query), after), body -> Answers.ok((Record) body));
    }

    /** The answers of this resource. */
    Answers answers() {
        return answers;
    }

    /** Counts and times what it does. */
    Verbs verbs() {
        return verbs;
    }

    static String oneOf(String field, String value, String one, String other) {
        if (!value.equals(one) && !value.equals(other)) {
            throw Refusal.invalid(field, one + " or " + other, value);
        }
        return value;
    }

    /** Gives it back, or a place in its queue. Again, the same answer. */
    @DELETE
    @Path("/{name}/holds/{lease}")
    @Takes({"reason", "cancel"})
    public CompletionStage<Response> release(
            @PathParam("name") Name name,
            @PathParam("lease") LeaseId lease,
            @Context Query query,
            @Context Caller caller) {
        String reason = query.text("reason").orElse(null);
        if (query.flag("cancel")) {
            return answers.of(verbs.timed("withdraw", () -> leases.cancel(lease, reason, caller.actor())), Answers::ok);
        }
        return answers.of(
                verbs.timed("release", () -> locks.release(name, lease, reason, caller.actor())),
                body -> Answers.ok((Record) body));
    }

    /** Ends a hold although its owner has not asked for it. */
    @POST
    @Path("/{name}/holds/{lease}/revoke")
    public CompletionStage<Response> revoke(
            @PathParam("name") Name name, @PathParam("lease") LeaseId lease, RevokeBody body, @Context Caller caller) {
        boolean immediately = Boolean.TRUE.equals(body.immediately());
        return answers.of(
                verbs.timed(
                        "revoke",
                        () -> locks.revoke(name, lease, body.reason(), immediately, body.by(), caller.actor())),
                revoked -> LeasesResource.revoked("/v1/leases/" + lease, revoked));
    }

    /** How it stands: 200 always. Hangs while its revision is {@code after}. */
    @GET
    @Path("/{name}")
    @Takes({"wait", "after"})
    public CompletionStage<Response> look(@PathParam("name") Name name, @Context Query query) {
        Duration wait = wait(query);
        if (wait.isZero()) {
            return answers.of(locks.look(name), Answers::ok);
        }
        String after = query.text("after")
                .orElseThrow(() -> Refusal.invalid(
                        "wait",
                        "with after=<revision>, as the last answer told it",
                        query.text("wait").orElse(null)));
        return answers.hanging(locks.look(name, wait, after), Answers::ok);
    }

    static Duration wait(Query query) {
        return query.text("wait").map(text -> Durations.parse("wait", text)).orElse(Duration.ZERO);
    }

    /** What one who waits waits for, or whoever came now: 200 always; 404 when the lease that is named has no place there. */
    @GET
    @Path("/{name}/explain")
    @Takes("lease")
    public CompletionStage<Response> explain(@PathParam("name") Name name, @Context Query query) {
        return answers.of(
                explain.explain(
                        kind, name, query.text("lease").map(LeaseId::new).orElse(null)),
                Answers::ok);
    }

    /** Those that are held, waited for or closed, by name. */
    @GET
    @Takes({"prefix", "minHeld", "minWaiters", "limit", "cursor"})
    public CompletionStage<Response> list(@Context Query query) {
        Duration minHeld = query.text("minHeld")
                .map(text -> Durations.parse("minHeld", text))
                .orElse(null);
        return answers.of(
                locks.list(
                        query.text("prefix").orElse(""),
                        minHeld,
                        query.number("minWaiters", 0, Integer.MAX_VALUE)
                                .orElse(0L)
                                .intValue(),
                        query.number("limit", 1, 1000).orElse(100L).intValue(),
                        query.text("cursor").orElse(null)),
                Answers::ok);
    }

    /** Whether a fencing token is current: 200 yes, 410 no longer, 404 never given out. */
    @GET
    @Path("/{name}/tokens/{token}")
    public CompletionStage<Response> check(@PathParam("name") Name name, @PathParam("token") String token) {
        long number = token(token);
        return answers.of(verbs.timed("check", () -> locks.check(name, number)), Answers::ok);
    }

    /** A fencing token as it stands in a path. */
    static long token(String text) {
        if (!text.matches("[0-9]{1,16}")) {
            throw Refusal.invalid("token", "a whole number below 2^53", text);
        }
        return Long.parseLong(text);
    }
}
