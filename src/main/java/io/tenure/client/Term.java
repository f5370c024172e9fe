package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tenure.client.Http.Request;
import io.tenure.client.Loss.Cause;
import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The time for which a candidate leads without a break.
 *
 * <p>Ask {@link #isCurrent} before each step that only a leader may take, and hand {@link #fencingToken} to whatever is written to: a
 * process may be paused between the two. Safe for use by many threads.
 */
public final class Term {
    private final Engine engine;
    private final Name election;
    private final long fencingToken;
    private final Lease lease;
    private final CompletableFuture<Loss> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> givenBack = new CompletableFuture<>();

    Term(Engine engine, Name election, long fencingToken, Lease lease) {
        this.engine = engine;
        this.election = election;
        this.fencingToken = fencingToken;
        this.lease = lease;
        var unused = lease.lost().thenAccept(ended::complete);
    }

    static String path(Name election, LeaseId lease) {
        return "/v1/elections/" + election + "/candidates/" + lease;
    }

    /** The election's name. */
    public Name election() {
        return election;
    }

    /** The number of the term, which is greater than that of every term before it; below 2⁵³. */
    public long fencingToken() {
        return fencingToken;
    }

    /** The lease that keeps it. */
    public Lease lease() {
        return lease;
    }

    /** Whether it is certain that it goes on: false from the moment on at which the servers may let another lead. */
    public boolean isCurrent() {
        return !ended.isDone() && lease.isLive();
    }

    /** How long it is certain to go on from now, if no renewal is answered any more; zero when it does not. */
    public Duration remaining() {
        return ended.isDone() ? Duration.ZERO : lease.remaining();
    }

    /**
     * Proclaims another value, for the rest of this term, and waits for the answer.
     *
     * @throws TenureException refused, with {@link ErrorCode#NOT_LEADING} when the term is over; or no server has answered
     */
    public void proclaim(String value) {
        if (!isCurrent()) {
            throw new TenureException(ErrorCode.NOT_LEADING, this + " is over", null);
        }
        Request request = new Request(
                "PUT",
                path(election, lease.id()) + "/value",
                JsonNodeFactory.instance.objectNode().put("value", value),
                Calls.TIMEOUT);
        Answer answer = Waiting.on(engine.calls().repeat(Calls.REACH, request));
        if (!answer.ok()) {
            throw answer.refusal();
        }
    }

    /** Completes when it is over, however that came. */
    CompletionStage<Loss> ended() {
        return ended;
    }

    /** It counts as over from now on; the office is kept until {@link #giveBack}, so that nobody else leads before all work is stopped. */
    void end(String why) {
        ended.complete(new Loss(Cause.RELEASED, null, null, this + " is over: " + why));
    }

    /**
     * Lets the next lead at once, also where it would otherwise have to wait until what this leader was told has run out.
     *
     * @return fails with a {@link TenureException} when no server has answered
     */
    CompletionStage<Void> giveBack() {
        end("the office is given back");
        var unused = lease.releaseBy(path(election, lease.id())).whenComplete((done, failure) -> {
            if (failure == null) {
                givenBack.complete(null);
            } else {
                givenBack.completeExceptionally(failure);
            }
        });
        return givenBack;
    }

    /** Completes as {@link #giveBack} does, whoever calls that. */
    CompletionStage<Void> givenBack() {
        return givenBack;
    }

    @Override
    public String toString() {
        return "term " + fencingToken + " of election " + election;
    }
}
