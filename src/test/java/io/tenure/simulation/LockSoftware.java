package io.tenure.simulation;

import io.tenure.api.HeldBody;
import io.tenure.api.HoldAnswer;
import io.tenure.api.LockBody;
import io.tenure.api.QueuedBody;
import io.tenure.audit.Actor;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Paths;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.lease.Watching;
import io.tenure.lock.Locks;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Acquire;
import io.tenure.queue.Acquired;
import io.tenure.queue.Claim;
import io.tenure.queue.Following;
import io.tenure.queue.Freed;
import io.tenure.queue.Looks;
import io.tenure.queue.Means;
import io.tenure.queue.Presence;
import io.tenure.queue.Queues;
import io.tenure.queue.TokenChecks;
import io.tenure.queue.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A server that has locks: the domain's own services, wired as the application wires them. */
final class LockSoftware extends LeaseSoftware {
    private final Acquire acquire;
    private final Locks locks;

    LockSoftware(World world, Paths paths, Coordination port, Machine machine, TwinAuditLog log, long tokenBase) {
        super(world, paths, port, machine, log, tokenBase);
        Means means = new Means(
                nodes, ender, endings, renewals, abandoned, hanging, admission, machine, new Freed(), this::nonce);
        Queues queues = new Queues(nodes);
        Tokens tokens = (kind, name, token) ->
                CompletableFuture.completedFuture(new Tokens.Known(false, false, Optional.empty()));
        acquire = new Acquire(means, machine.name());
        Looks looks = new Looks(Kind.LOCK, queues, nodes, machine);
        locks = new Locks(
                Kind.LOCK,
                acquire,
                leases,
                queues,
                new Watching(nodes, machine, hanging),
                admission,
                looks,
                Following.names(Kind.LOCK, nodes, machine, hanging, looks::look, LockBody::revision),
                new TokenChecks(Kind.LOCK, queues, nodes, tokens));
    }

    @Override
    public CompletionStage<Answer> acquire(Wish wish, Presence presence) {
        LeaseId id = wish.named() ? wish.lease() : newId();
        Claim claim = new Claim(
                id,
                wish.named(),
                wish.named(),
                List.of(new Want(Kind.LOCK, wish.lock(), null, null, wish.minHoldMillis(), null, null, null, null)),
                terms(wish),
                wish.patience(),
                wish.queue(),
                Actor.SERVICE,
                () -> presence);
        return answered(locks.acquire(claim).thenApply(answer -> answer(id, answer.body())));
    }

    @Override
    public CompletionStage<Answer> revoke(Name lock, LeaseId lease, boolean immediately) {
        return answered(locks.revoke(lock, lease, "asked", immediately, "operator", Actor.SERVICE)
                .thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> check(Name lock, long token) {
        return answered(locks.check(lock, token).thenApply(body -> new Answer.Done()));
    }

    private static Answer answer(LeaseId id, HoldAnswer body) {
        if (body instanceof HeldBody held && held.fencingToken() != null) {
            return new Answer.Held(id, held.fencingToken());
        }
        if (body instanceof QueuedBody) {
            return new Answer.Queued(id);
        }
        throw new IllegalStateException("no answer to an acquire: " + body);
    }

    @Override
    public CompletionStage<Answer> attach(Wish wish, Presence presence) {
        Claim claim = new Claim(
                wish.lease(),
                wish.named(),
                true,
                List.of(new Want(Kind.LOCK, wish.lock(), null, null, wish.minHoldMillis(), null, null, null, null)),
                null,
                wish.patience(),
                wish.queue(),
                Actor.SERVICE,
                () -> presence);
        return answered(locks.acquire(claim).thenApply(answer -> answer(wish.lease(), answer.body())));
    }

    @Override
    public CompletionStage<Answer> acquireAll(
            List<Name> names, LeaseId lease, Duration ttl, Duration patience, Presence presence) {
        Claim claim = new Claim(
                lease,
                true,
                true,
                names.stream().map(name -> Want.of(Kind.LOCK, name)).toList(),
                new Terms(ttl, "keeper", null, Map.of()),
                patience,
                false,
                Actor.SERVICE,
                () -> presence);
        return answered(acquire.acquire(claim)
                .thenApply(
                        acquired -> acquired instanceof Acquired.Held ? new Answer.Done() : new Answer.Queued(lease)));
    }

    @Override
    public CompletionStage<Answer> release(Name lock, LeaseId lease) {
        return answered(locks.release(lock, lease, null, Actor.SERVICE).thenApply(done -> new Answer.Done()));
    }
}
