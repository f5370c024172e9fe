package io.tenure.simulation;

import io.tenure.api.CandidateBody;
import io.tenure.api.ElectionBody;
import io.tenure.api.HeldBody;
import io.tenure.api.HoldAnswer;
import io.tenure.api.LeaderBody;
import io.tenure.api.LockBody;
import io.tenure.api.QueuedBody;
import io.tenure.audit.Actor;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Paths;
import io.tenure.election.ElectionLooks;
import io.tenure.election.Elections;
import io.tenure.election.Transfers;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.lease.Watching;
import io.tenure.lock.Downgrades;
import io.tenure.lock.Locks;
import io.tenure.lock.Semaphores;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server that has all kinds of things to hold: the domain's own services, wired as the application wires them. */
final class LockSoftware extends LeaseSoftware {
    private final Acquire acquire;
    private final Map<Kind, Locks> locks = new EnumMap<>(Kind.class);
    private final Map<Kind, Following<Name, LockBody>> followings = new EnumMap<>(Kind.class);
    private final Following<Name, ElectionBody> followingElections;
    private final Downgrades downgrades;
    private final Semaphores semaphores;
    private final Elections elections;
    private final Transfers transfers;

    LockSoftware(
            World world,
            Paths paths,
            Coordination port,
            Machine machine,
            TwinAuditLog log,
            long tokenBase,
            boolean maintained) {
        super(world, paths, port, machine, log, tokenBase, maintained);
        Means means = new Means(
                nodes, ender, endings, renewals, abandoned, hanging, admission, machine, new Freed(), this::nonce);
        Queues queues = new Queues(nodes);
        Tokens tokens = (kind, name, token) ->
                CompletableFuture.completedFuture(new Tokens.Known(false, false, Optional.empty()));
        acquire = new Acquire(means, machine.name());
        readOnly.whenOff(acquire::resume);
        for (Kind kind : List.of(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE)) {
            Looks looks = new Looks(kind, queues, nodes, machine);
            Following<Name, LockBody> following =
                    Following.names(kind, nodes, machine, hanging, looks::look, LockBody::revision);
            followings.put(kind, following);
            locks.put(
                    kind,
                    new Locks(
                            kind,
                            acquire,
                            leases,
                            queues,
                            new Watching(nodes, machine, hanging),
                            admission,
                            looks,
                            following,
                            new TokenChecks(kind, queues, nodes, tokens)));
        }
        downgrades = new Downgrades(nodes, leases);
        semaphores = new Semaphores(nodes, admission, () -> newId().value());
        ElectionLooks electionLooks = new ElectionLooks(queues, nodes, machine);
        followingElections =
                Following.names(Kind.ELECTION, nodes, machine, hanging, electionLooks::look, ElectionBody::revision);
        elections = new Elections(
                acquire,
                leases,
                nodes,
                admission,
                electionLooks,
                followingElections,
                new TokenChecks(Kind.ELECTION, queues, nodes, tokens));
        transfers = new Transfers(queues, nodes, ender, admission, electionLooks);
    }

    private CompletionStage<Answer> take(Claim claim) {
        Want want = claim.wants().get(0);
        if (want.kind() == Kind.ELECTION) {
            return answered(elections.campaign(claim).thenApply(answer -> answer(claim.lease(), answer.body())));
        }
        return answered(Objects.requireNonNull(locks.get(want.kind()))
                .acquire(claim)
                .thenApply(answer -> answer(claim.lease(), answer.body())));
    }

    private static Answer answer(LeaseId id, CandidateBody body) {
        return body.term() != null ? new Answer.Held(id, body.term()) : new Answer.Queued(id);
    }

    private static boolean isElection(Thing thing) {
        return kind(thing) == Kind.ELECTION;
    }

    private Locks of(Thing thing) {
        return Objects.requireNonNull(locks.get(kind(thing)), thing.toString());
    }

    private static Kind kind(Thing thing) {
        return Kind.of(thing.recipe().wire());
    }

    private static Want want(Wish wish) {
        return want(wish.share(), wish.candidate(), wish.minHoldMillis(), wish.lockDelayMillis());
    }

    private static Want want(
            Share share, @Nullable String candidate, @Nullable Long minHoldMillis, @Nullable Long lockDelayMillis) {
        Kind kind = kind(share.thing());
        return new Want(
                kind,
                share.thing().name(),
                kind == Kind.RWLOCK ? share.reads() ? Mode.READ : Mode.WRITE : null,
                share.count() == 1 ? null : Integer.valueOf(share.count()),
                minHoldMillis,
                lockDelayMillis,
                null,
                candidate,
                null);
    }

    @Override
    public CompletionStage<Answer> acquire(Wish wish, Presence presence) {
        LeaseId id = wish.named() ? wish.lease() : newId();
        Claim claim = new Claim(
                id,
                wish.named(),
                wish.named(),
                List.of(want(wish)),
                terms(wish),
                wish.patience(),
                wish.queue(),
                Actor.SERVICE,
                () -> presence);
        return take(claim);
    }

    @Override
    public CompletionStage<Answer> revoke(Thing thing, LeaseId lease, boolean immediately) {
        if (isElection(thing)) {
            return answered(leases.revokeHold(
                            Kind.ELECTION, thing.name(), lease, "asked", immediately, "operator", Actor.SERVICE)
                    .thenApply(done -> new Answer.Done()));
        }
        return answered(of(thing)
                .revoke(thing.name(), lease, "asked", immediately, "operator", Actor.SERVICE)
                .thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> check(Thing thing, long token) {
        if (isElection(thing)) {
            return answered(elections.check(thing.name(), token).thenApply(body -> new Answer.Done()));
        }
        return answered(of(thing).check(thing.name(), token).thenApply(body -> new Answer.Done()));
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
                List.of(want(wish)),
                null,
                wish.patience(),
                wish.queue(),
                Actor.SERVICE,
                () -> presence);
        return take(claim);
    }

    @Override
    public CompletionStage<Answer> acquireAll(
            List<Share> shares, LeaseId lease, Duration ttl, Duration patience, Presence presence) {
        Claim claim = new Claim(
                lease,
                true,
                true,
                shares.stream().map(share -> want(share, null, null, null)).toList(),
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
    public CompletionStage<Answer> release(Thing thing, LeaseId lease) {
        if (isElection(thing)) {
            return answered(
                    elections.resign(thing.name(), lease, null, Actor.SERVICE).thenApply(done -> new Answer.Done()));
        }
        return answered(
                of(thing).release(thing.name(), lease, null, Actor.SERVICE).thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> downgrade(Name rwlock, LeaseId lease) {
        return answered(downgrades.downgrade(rwlock, lease, Actor.SERVICE).thenApply(body -> answer(lease, body)));
    }

    @Override
    public CompletionStage<Answer> permit(Name semaphore, int permits) {
        return answered(semaphores.permit(semaphore, permits, Actor.SERVICE).thenApply(given -> new Answer.Done()));
    }

    @Override
    public Runnable follow(Thing thing, Consumer<Shown> told) {
        if (isElection(thing)) {
            return followingElections.follow(thing.name(), follower(told, LockSoftware::shown));
        }
        return Objects.requireNonNull(followings.get(kind(thing)))
                .follow(thing.name(), follower(told, LockSoftware::shown));
    }

    private <B> Following.Follower<B> follower(Consumer<Shown> told, Function<B, Shown> shown) {
        return new Following.Follower<>() {
            @Override
            public void told(B body) {
                told.accept(shown.apply(body));
            }

            @Override
            public void failed(Throwable fault) {
                world.breach(new Invariant.Violation("rule 15: who followed was turned away: " + fault));
            }
        };
    }

    private static Shown shown(LockBody lock) {
        NavigableSet<String> holders = new TreeSet<>();
        lock.holders().stream()
                .filter(holder -> holder.nativeHolder() == null)
                .forEach(holder -> holders.add(holder.lease()));
        return new Shown(lock.revision(), holders);
    }

    private static Shown shown(ElectionBody election) {
        LeaderBody leader = election.leader();
        return new Shown(
                election.revision(),
                leader == null || leader.nativeLeader() != null
                        ? new TreeSet<>()
                        : new TreeSet<>(List.of(leader.lease())));
    }

    @Override
    public CompletionStage<Answer> transfer(Name election, String candidate, long term, boolean immediately) {
        Transfers.Ask ask = new Transfers.Ask(candidate, term, "asked", immediately, "operator");
        return answered(transfers.transfer(election, ask, Actor.SERVICE).thenApply(done -> new Answer.Done()));
    }
}
