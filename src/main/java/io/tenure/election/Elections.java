package io.tenure.election;

import io.tenure.api.CandidateBody;
import io.tenure.api.ElectionBody;
import io.tenure.api.EndedBody;
import io.tenure.api.PageBody;
import io.tenure.api.TokenBody;
import io.tenure.audit.Action;
import io.tenure.audit.Actor;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Admission;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lease.Refusals;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Acquire;
import io.tenure.queue.Acquired;
import io.tenure.queue.Claim;
import io.tenure.queue.Following;
import io.tenure.queue.Listing;
import io.tenure.queue.TokenChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of elections. Every stage completes exceptionally with a {@link Refusal} when the answer is one: that somebody leads, that
 * somebody follows, and that it cannot be told now, are three different answers. Safe for use by many threads.
 */
public final class Elections {
    private static final int LOOKS = 10;

    /** The longest value that a leader proclaims, in characters. */
    public static final int MOST_VALUE = 1000;

    private final Acquire acquire;
    private final Leases leases;
    private final LeaseNodes nodes;
    private final Admission admission;
    private final ElectionLooks looks;
    private final Following<Name, ElectionBody> following;
    private final TokenChecks tokens;

    public Elections(
            Acquire acquire,
            Leases leases,
            LeaseNodes nodes,
            Admission admission,
            ElectionLooks looks,
            Following<Name, ElectionBody> following,
            TokenChecks tokens) {
        this.acquire = acquire;
        this.leases = leases;
        this.nodes = nodes;
        this.admission = admission;
        this.looks = looks;
        this.following = following;
        this.tokens = tokens;
    }

    /**
     * An answer to a request to campaign.
     *
     * @param fresh whether it became the leader by this request
     */
    public record Answer(CandidateBody body, boolean fresh) {}

    /** Makes a lease a candidate, and perhaps the leader. */
    public CompletionStage<Answer> campaign(Claim claim) {
        Name name = claim.wants().get(0).name();
        return acquire.acquire(claim).thenCompose(acquired -> {
            Hold hold = acquired.lease().lease().hold(Kind.ELECTION, name).orElseThrow();
            if (acquired instanceof Acquired.Queued queued) {
                CandidateBody body = ElectionLooks.candidate(
                        queued.lease(), hold, queued.positions().get(0), queued.validForMillis());
                // it follows, and is told so even where the leader cannot be shown now: a refusal would leave its place
                // behind
                return looks.look(name)
                        .handle((election, failure) ->
                                new Answer(failure == null ? body.under(election.leader()) : body, false));
            }
            CandidateBody body = ElectionLooks.candidate(acquired.lease(), hold, null, acquired.validForMillis());
            return CompletableFuture.completedFuture(
                    new Answer(body, acquired instanceof Acquired.Held held && held.fresh()));
        });
    }

    /**
     * Looks at a candidate; hangs for at most this long while it is this.
     *
     * @param after {@code LEADING} or {@code FOLLOWING}
     */
    public CompletionStage<CandidateBody> candidate(Name name, LeaseId id, Duration wait, String after) {
        Duration bound;
        try {
            bound = admission.limits().wait(wait);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        // the election changes whenever a candidate does; what ended is told by the look at its lease
        return following
                .until(name, bound, election -> isStill(election, id, after))
                .thenCompose(election -> leases.living(name.value(), id).thenApply(stored -> {
                    Hold hold = hold(stored, name);
                    Integer position = election.candidates().stream()
                            .filter(candidate -> candidate.lease().equals(id.value()))
                            .map(CandidateBody::position)
                            .findFirst()
                            .orElse(null);
                    CandidateBody body = ElectionLooks.candidate(stored, hold, position, null);
                    return hold.state() == State.HELD ? body : body.under(election.leader());
                }));
    }

    private static boolean isStill(ElectionBody election, LeaseId id, String state) {
        boolean leads = election.leader() != null && election.leader().lease().equals(id.value());
        if (leads || state.equals(CandidateBody.LEADING)) {
            return leads && state.equals(CandidateBody.LEADING);
        }
        return election.candidates().size() < election.candidateCount()
                || election.candidates().stream()
                        .anyMatch(candidate -> candidate.lease().equals(id.value()));
    }

    private static Hold hold(StoredLease stored, Name name) {
        return stored.lease()
                .hold(Kind.ELECTION, name)
                .orElseThrow(() -> stored.filled()
                        .past(Kind.ELECTION, name)
                        .map(past -> Refusals.holdEnded(stored.id(), past))
                        .orElseGet(() -> Refusals.holdUnknown(stored.id(), Kind.ELECTION, name)));
    }

    /** Gives up the office, or the candidacy. Again, the same answer. */
    public CompletionStage<EndedBody> resign(Name name, LeaseId id, @Nullable String reason, Actor actor) {
        return leases.releaseHold(Kind.ELECTION, name, id, reason, actor).thenApply(body -> {
            acquire.released(Kind.ELECTION, name);
            return body;
        });
    }

    /** Lets a leader proclaim another value; who only follows is refused. */
    public CompletionStage<CandidateBody> proclaim(Name name, LeaseId id, @Nullable String value, Actor actor) {
        try {
            Limits.text("value", value, MOST_VALUE);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        return proclaim(name, id, value, actor, LOOKS);
    }

    private CompletionStage<CandidateBody> proclaim(
            Name name, LeaseId id, @Nullable String value, Actor actor, int looksLeft) {
        if (looksLeft == 0) {
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        return leases.living(name.value(), id).thenCompose(stored -> {
            Hold hold = hold(stored, name);
            String place = hold.place();
            if (hold.state() != State.HELD || place == null) {
                return CompletableFuture.failedFuture(
                        Refusal.of(ErrorCode.NOT_LEADING, id + " is a candidate of " + name + " and does not lead it")
                                .with("lease", id.value())
                                .with("kind", Kind.ELECTION.wire())
                                .with("name", name.value()));
            }
            Hold filled = stored.filled().hold(Kind.ELECTION, name).orElseThrow();
            Hold proclaiming = filled.proclaiming(value);
            List<Hold> holds = new ArrayList<>(stored.filled().holds());
            holds.set(holds.indexOf(filled), proclaiming);
            Lease content = stored.filled().withHolds(holds);
            How how = How.owner(EndedBy.RESIGNED, value, actor);
            Steps steps = new Steps()
                    .add(nodes.write(stored, content), Meaning.LOOK_AGAIN)
                    .addAll(nodes.checkPlaces(filled.want(), place), Meaning.PLACE_GONE)
                    .add(nodes.touch(filled.want()), Meaning.PLACE_GONE)
                    .add(
                            nodes.record(
                                    id,
                                    content,
                                    stored.version() + 1,
                                    Action.VALUE_CHANGED,
                                    List.of(nodes.audited(stored, proclaiming)),
                                    how),
                            Meaning.ENDED);
            return steps.commit(nodes.store(), name.value()).thenCompose(result -> {
                if (result instanceof Steps.Result.Done done) {
                    StoredLease now = nodes.written(id, content, done.outcome().stamp(0));
                    return CompletableFuture.completedFuture(ElectionLooks.candidate(now, proclaiming, null, null));
                }
                return result instanceof Steps.Result.Refused
                        ? proclaim(name, id, value, actor, looksLeft - 1)
                        : CompletableFuture.failedFuture(Refusals.unavailable());
            });
        });
    }

    /** An election as it stands. */
    public CompletionStage<ElectionBody> look(Name name) {
        return looks.look(name);
    }

    /**
     * An election as it stands; hangs for at most this long while it is as the client knows it.
     *
     * @param same whether the client knows this already
     */
    public CompletionStage<ElectionBody> look(Name name, Duration wait, Function<ElectionBody, Boolean> same) {
        Duration bound;
        try {
            bound = admission.limits().wait(wait);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        return following.until(name, bound, same).thenApply(election -> election.changed(!same.apply(election)));
    }

    /** The elections that have candidates, by name. */
    public CompletionStage<PageBody<ElectionBody>> list(String prefix, int limit, @Nullable String cursor) {
        return new Listing<>(
                        Kind.ELECTION,
                        nodes,
                        looks::look,
                        election -> election.leader() != null
                                || election.candidateCount() > 0
                                || election.closedForMillis() > 0)
                .page(prefix, limit, cursor);
    }

    /** Whether a term is current, in the order of all writes. */
    public CompletionStage<TokenBody> check(Name name, long term) {
        return tokens.check(name, term);
    }
}
