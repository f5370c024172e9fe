package io.tenure.lock;

import io.tenure.api.HoldAnswer;
import io.tenure.api.LockBody;
import io.tenure.api.PageBody;
import io.tenure.api.TokenBody;
import io.tenure.audit.Actor;
import io.tenure.error.Refusal;
import io.tenure.lease.Admission;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Leases;
import io.tenure.lease.Refusals;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Watching;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Acquire;
import io.tenure.queue.Acquired;
import io.tenure.queue.Claim;
import io.tenure.queue.Following;
import io.tenure.queue.Holds;
import io.tenure.queue.Looks;
import io.tenure.queue.Queues;
import io.tenure.queue.TokenChecks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of locks, and of read/write locks and semaphores, which are taken and given back as locks are. Every stage completes exceptionally with a {@link Refusal} when the answer is one. Safe for use by many
 * threads.
 */
public final class Locks {
    private final Kind kind;
    private final Acquire acquire;
    private final Leases leases;
    private final Queues queues;
    private final Watching watching;
    private final Admission admission;
    private final Looks looks;
    private final Following<Name, LockBody> following;
    private final TokenChecks tokens;

    /** @param kind the kind of things that it is about: lock, rwlock or semaphore */
    public Locks(
            Kind kind,
            Acquire acquire,
            Leases leases,
            Queues queues,
            Watching watching,
            Admission admission,
            Looks looks,
            Following<Name, LockBody> following,
            TokenChecks tokens) {
        this.kind = kind;
        this.acquire = acquire;
        this.leases = leases;
        this.queues = queues;
        this.watching = watching;
        this.admission = admission;
        this.looks = looks;
        this.following = following;
        this.tokens = tokens;
    }

    /**
     * An answer to a request to hold.
     *
     * @param fresh whether it became HELD by this request
     */
    public record Answer(HoldAnswer body, boolean fresh) {}

    /** Takes a lock, or a place in its queue. */
    public CompletionStage<Answer> acquire(Claim claim) {
        return acquire.acquire(claim).thenApply(acquired -> {
            Hold hold = acquired.lease()
                    .lease()
                    .hold(kind, claim.wants().get(0).name())
                    .orElseThrow();
            return acquired instanceof Acquired.Queued queued
                    ? new Answer(
                            Holds.queued(
                                    queued.lease(), hold, queued.positions().get(0), queued.validForMillis(), null),
                            false)
                    : new Answer(
                            Holds.held(acquired.lease(), hold, acquired.validForMillis(), null),
                            acquired instanceof Acquired.Held held && held.fresh());
        });
    }

    /**
     * Looks at a hold; hangs for at most this long while its state is this one.
     *
     * @param after {@code QUEUED} or {@code HELD}
     */
    public CompletionStage<HoldAnswer> look(Name name, LeaseId id, Duration wait, String after) {
        Duration bound;
        try {
            bound = admission.limits().wait(wait);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        String lane = name.value();
        return watching.until(
                        lane,
                        id,
                        bound,
                        () -> leases.living(lane, id).thenApply(stored -> new Seen(stored, hold(stored, name))),
                        seen -> seen.hold().state().name().equals(after))
                .thenCompose(seen -> seen.hold().state() == State.HELD
                        ? CompletableFuture.completedFuture(Holds.held(seen.stored(), seen.hold(), null, null))
                        : queues.position(kind, name, id)
                                .thenApply(position ->
                                        Holds.queued(seen.stored(), seen.hold(), position.orElse(0), null, null)));
    }

    private record Seen(StoredLease stored, Hold hold) {}

    private Hold hold(StoredLease stored, Name name) {
        return stored.lease()
                .hold(kind, name)
                .orElseThrow(() -> stored.filled()
                        .past(kind, name)
                        .map(past -> Refusals.holdEnded(stored.id(), past))
                        .orElseGet(() -> Refusals.holdUnknown(stored.id(), kind, name)));
    }

    /** Gives a lock back, or a place in its queue. Again, the same answer. */
    public CompletionStage<HoldAnswer> release(Name name, LeaseId id, @Nullable String reason, Actor actor) {
        return leases.releaseHold(kind, name, id, reason, actor).thenApply(body -> {
            acquire.released(kind, name);
            return body;
        });
    }

    /** Ends a hold although its owner has not asked for it. */
    public CompletionStage<Leases.Revoked> revoke(
            Name name, LeaseId id, @Nullable String reason, boolean immediately, @Nullable String by, Actor actor) {
        return looks.refuseNative(name, id)
                .thenCompose(mayBe -> leases.revokeHold(kind, name, id, reason, immediately, by, actor));
    }

    /** A lock as it stands. */
    public CompletionStage<LockBody> look(Name name) {
        return looks.look(name);
    }

    /**
     * A lock as it stands; hangs for at most this long while it is as the client knows it.
     *
     * @param after the revision that the client knows
     */
    public CompletionStage<LockBody> look(Name name, Duration wait, String after) {
        Duration bound;
        try {
            bound = admission.limits().wait(wait);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        return following
                .until(name, bound, shown -> shown.revision().equals(after))
                .thenApply(shown -> shown.withChanged(!shown.revision().equals(after)));
    }

    /**
     * The locks that somebody has used lately, by name.
     *
     * @param prefix what their names begin with
     * @param minHeld only those held for at least this long
     * @param minWaiters only those that at least so many wait for
     */
    public CompletionStage<PageBody<LockBody>> list(
            String prefix, @Nullable Duration minHeld, int minWaiters, int limit, @Nullable String cursor) {
        return looks.list(prefix, minHeld, minWaiters, limit, cursor);
    }

    /** Whether a fencing token is current, in the order of all writes. */
    public CompletionStage<TokenBody> check(Name name, long token) {
        return tokens.check(name, token);
    }
}
