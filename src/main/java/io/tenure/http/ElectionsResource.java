package io.tenure.http;

import io.tenure.api.CampaignBody;
import io.tenure.api.CandidateBody;
import io.tenure.api.ElectionBody;
import io.tenure.api.TransferBody;
import io.tenure.api.ValueBody;
import io.tenure.audit.Actor;
import io.tenure.election.Elections;
import io.tenure.election.Transfers;
import io.tenure.error.Refusal;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
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
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Elections. 201 leads by this request, 200 did so already, 202 follows; 409 the state of things refuses, 410 it has ended, 404 never
 * heard of it, 503 it cannot be told who leads.
 */
@Path("/v1/elections")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public final class ElectionsResource {
    private final Elections elections;
    private final Transfers transfers;
    private final Leases leases;
    private final Explain explain;
    private final Claims claims;
    private final Answers answers;
    private final Verbs verbs;

    public ElectionsResource(
            Elections elections,
            Transfers transfers,
            Leases leases,
            Explain explain,
            Limits limits,
            Supplier<LeaseId> ids,
            Answers answers,
            Verbs verbs) {
        this.elections = elections;
        this.transfers = transfers;
        this.leases = leases;
        this.explain = explain;
        this.claims = new Claims(limits, ids);
        this.answers = answers;
        this.verbs = verbs;
    }

    /** Campaigns under a lease that the server names. */
    @POST
    @Path("/{name}/candidates")
    public CompletionStage<Response> campaign(@PathParam("name") Name name, CampaignBody body, @Context Caller caller) {
        Claim claim = claims.campaign(name, body, caller);
        if (!claim.chosen() && !claim.patience().isZero()) {
            // who waited and could not be told must not be left leading
            caller.whenUndelivered(() -> resign(name, claim.lease()));
        }
        return campaign(claim);
    }

    private void resign(Name name, LeaseId lease) {
        var unused = elections
                .resign(name, lease, "its client had gone", Actor.SERVICE)
                .toCompletableFuture();
    }

    /** Campaigns under a lease that the client names; may be repeated at will. */
    @PUT
    @Path("/{name}/candidates/{lease}")
    public CompletionStage<Response> campaign(
            @PathParam("name") Name name,
            @PathParam("lease") LeaseId lease,
            CampaignBody body,
            @Context Caller caller) {
        return campaign(claims.campaign(name, lease, body, caller));
    }

    private CompletionStage<Response> campaign(Claim claim) {
        CompletionStage<Elections.Answer> campaigned = verbs.timed("campaign", () -> elections.campaign(claim));
        return claim.patience().isZero()
                ? answers.of(campaigned, told(claim))
                : answers.hanging(campaigned, told(claim));
    }

    private static Function<Elections.Answer, Response> told(Claim claim) {
        String location = "/v1/elections/" + claim.wants().get(0).name() + "/candidates/" + claim.lease();
        return answer -> {
            if (!answer.body().state().equals(CandidateBody.LEADING)) {
                return Answers.accepted(location, answer.body());
            }
            return answer.fresh() ? Answers.created(location, answer.body()) : Answers.ok(answer.body());
        };
    }

    /** Looks at a candidate, or hangs while its state is {@code after}. Never renews. */
    @GET
    @Path("/{name}/candidates/{lease}")
    @Takes({"wait", "after"})
    public CompletionStage<Response> look(
            @PathParam("name") Name name, @PathParam("lease") LeaseId lease, @Context Query query) {
        String after = HoldsResource.oneOf(
                "after",
                query.text("after").orElse(CandidateBody.FOLLOWING),
                CandidateBody.FOLLOWING,
                CandidateBody.LEADING);
        return answers.hanging(elections.candidate(name, lease, HoldsResource.wait(query), after), Answers::ok);
    }

    /** Gives up the office, or the candidacy. Again, the same answer. */
    @DELETE
    @Path("/{name}/candidates/{lease}")
    @Takes({"reason", "cancel"})
    public CompletionStage<Response> resign(
            @PathParam("name") Name name,
            @PathParam("lease") LeaseId lease,
            @Context Query query,
            @Context Caller caller) {
        String reason = query.text("reason").orElse(null);
        if (query.flag("cancel")) {
            return answers.of(verbs.timed("withdraw", () -> leases.cancel(lease, reason, caller.actor())), Answers::ok);
        }
        return answers.of(
                verbs.timed("resign", () -> elections.resign(name, lease, reason, caller.actor())), Answers::ok);
    }

    /** Lets the leader proclaim another value. */
    @PUT
    @Path("/{name}/candidates/{lease}/value")
    public CompletionStage<Response> proclaim(
            @PathParam("name") Name name, @PathParam("lease") LeaseId lease, ValueBody body, @Context Caller caller) {
        return answers.of(
                verbs.timed("proclaim", () -> elections.proclaim(name, lease, body.value(), caller.actor())),
                Answers::ok);
    }

    /** Who leads, and who would next; hangs while the election is as {@code after} or {@code afterTerm} says. */
    @GET
    @Path("/{name}")
    @Takes({"wait", "after", "afterTerm"})
    public CompletionStage<Response> look(@PathParam("name") Name name, @Context Query query) {
        Duration wait = HoldsResource.wait(query);
        if (wait.isZero()) {
            return answers.of(elections.look(name), Answers::ok);
        }
        Optional<String> after = query.text("after");
        Optional<Long> afterTerm = query.number("afterTerm", 0, Long.MAX_VALUE);
        if (after.isPresent() == afterTerm.isPresent()) {
            throw Refusal.invalid(
                    "wait",
                    "with after=<revision> or afterTerm=<term>, as the last answer told them",
                    query.text("wait").orElse(null));
        }
        Function<ElectionBody, Boolean> same = election -> after.map(election.revision()::equals)
                .orElseGet(() -> afterTerm.equals(Optional.ofNullable(election.term())));
        return answers.hanging(elections.look(name, wait, same), Answers::ok);
    }

    /** What a candidate waits for, or whoever came now: 200 always; 404 when the lease that is named is no candidate. */
    @GET
    @Path("/{name}/explain")
    @Takes("lease")
    public CompletionStage<Response> explain(@PathParam("name") Name name, @Context Query query) {
        return answers.of(
                explain.explain(
                        Kind.ELECTION,
                        name,
                        query.text("lease").map(LeaseId::new).orElse(null)),
                Answers::ok);
    }

    /** The elections that have candidates, by name. */
    @GET
    @Takes({"prefix", "limit", "cursor"})
    public CompletionStage<Response> list(@Context Query query) {
        return answers.of(
                elections.list(
                        query.text("prefix").orElse(""),
                        query.number("limit", 1, 1000).orElse(100L).intValue(),
                        query.text("cursor").orElse(null)),
                Answers::ok);
    }

    /** Hands leadership to a named candidate: 200 it leads, 202 it does when what the leader was told has run out. */
    @POST
    @Path("/{name}/transfer")
    public CompletionStage<Response> transfer(@PathParam("name") Name name, TransferBody body, @Context Caller caller) {
        String to = body.to();
        if (to == null || to.isBlank()) {
            throw Refusal.invalid("to", "required, the id of the candidate who is to lead", to);
        }
        boolean immediately = Boolean.TRUE.equals(body.immediately());
        Transfers.Ask ask = new Transfers.Ask(to, body.term(), body.reason(), immediately, body.by());
        return answers.of(
                verbs.timed("transfer", () -> transfers.transfer(name, ask, caller.actor())),
                transferred -> transferred.done()
                        ? Answers.ok(transferred.body())
                        : Answers.accepted("/v1/elections/" + name, transferred.body()));
    }

    /** Whether a term is current: 200 yes, 410 no longer, 404 there was none. */
    @GET
    @Path("/{name}/tokens/{token}")
    public CompletionStage<Response> check(@PathParam("name") Name name, @PathParam("token") String token) {
        long term = HoldsResource.token(token);
        return answers.of(verbs.timed("check", () -> elections.check(name, term)), Answers::ok);
    }
}
