package io.tenure.lease;

import io.tenure.api.EndedBody;
import io.tenure.api.LeaseBody;
import io.tenure.api.LeaseEndedBody;
import io.tenure.api.Times;
import io.tenure.audit.Action;
import io.tenure.audit.Actor;
import io.tenure.audit.Ending;
import io.tenure.coordination.Timers;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.Past;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Steps.Meaning;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of leases: grant, look, release, revoke; of one hold of a lease: release, revoke.
 *
 * <p>Each reads the lease, decides, and writes one transaction that names the version which was read; when another write came in
 * between it looks again. Every stage completes exceptionally with a {@link Refusal} when the answer is one. Safe for use by many
 * threads.
 */
public final class Leases {
    private static final int LOOKS = 10;
    private static final int MOST_REASON = 1000;

    private final LeaseNodes nodes;
    private final Ender ender;
    private final Endings endings;
    private final Abandoned abandoned;
    private final Watching watching;
    private final Admission admission;
    private final Timers timers;
    private final Supplier<String> nonces;

    public Leases(
            LeaseNodes nodes,
            Ender ender,
            Endings endings,
            Abandoned abandoned,
            Watching watching,
            Admission admission,
            Timers timers,
            Supplier<String> nonces) {
        this.nodes = nodes;
        this.ender = ender;
        this.endings = endings;
        this.abandoned = abandoned;
        this.watching = watching;
        this.admission = admission;
        this.timers = timers;
        this.nonces = nonces;
    }

    /**
     * A lease that was asked for.
     *
     * @param created whether this request made it; false for one that repeats another
     */
    public record Granted(LeaseBody body, boolean created) {}

    /** What a revocation did: the lease has ended, or is asked to. */
    public sealed interface Revoked {
        /** It has ended. */
        record Ended(LeaseEndedBody body) implements Revoked {}

        /** It ends when what its holder was told has run out. */
        record Revoking(LeaseBody body) implements Revoked {}

        /** The hold has ended, and its name stays closed until what its holder was told has run out. */
        record HoldClosed(EndedBody body) implements Revoked {}
    }

    /**
     * Grants a lease without holds.
     *
     * @param named whether the client chose the id: then the request may be repeated, and an id that has ended is refused
     */
    public CompletionStage<Granted> grant(LeaseId id, boolean named, Terms terms, Actor actor) {
        return refusing(() -> {
            admission.check(true, named);
            Lease lease = terms.lease(admission.limits(), nonces.get(), named, false, "lease", actor);
            return grant(id, lease, actor, LOOKS);
        });
    }

    private CompletionStage<Granted> grant(LeaseId id, Lease lease, Actor actor, int looks) {
        String lane = id.value();
        Steps steps = new Steps();
        if (lease.named()) {
            steps.addAll(nodes.neverEnded(id), Meaning.ENDED);
        }
        steps.add(nodes.create(id, lease), Meaning.LOOK_AGAIN)
                .add(
                        nodes.record(id, lease, 0, Action.GRANTED, List.of(), How.owner(EndedBy.RELEASED, null, actor)),
                        Meaning.ENDED);
        Promise promise = Promise.from(timers);
        CompletionStage<Steps.Result> committed = steps.commit(nodes.store(), lane);
        // sent right behind the write on the same lane, it shows the write's stamp and costs no wait of its own
        CompletionStage<Optional<StoredLease>> behind = nodes.read(lane, id).exceptionally(failure -> Optional.empty());
        return committed
                .thenCombine(behind, (result, read) -> granted(result, read, id, lease, actor, promise, looks))
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Granted> granted(
            Steps.Result result,
            Optional<StoredLease> read,
            LeaseId id,
            Lease lease,
            Actor actor,
            Promise promise,
            int looks) {
        String lane = id.value();
        if (result instanceof Steps.Result.Unavailable lost) {
            if (lost.perhapsDone() && !lease.named()) {
                abandoned.abandon(lane, id, lease.nonce());
            }
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        if (result instanceof Steps.Result.Refused refused && refused.meaning() == Meaning.ENDED) {
            return endings.of(lane, id)
                    .thenCompose(fate -> fate instanceof Fate.Unseen && looks > 0
                            ? grant(id, lease, actor, looks - 1)
                            : CompletableFuture.failedFuture(Refusals.notAlive(id, fate)));
        }
        if (read.isEmpty()) {
            return living(lane, id).thenApply(stored -> repeated(stored, lease));
        }
        StoredLease stored = read.get();
        if (stored.lease().nonce().equals(lease.nonce())) {
            return CompletableFuture.completedFuture(
                    new Granted(body(stored, promise.leftMillis(stored, timers)), true));
        }
        return living(lane, id).thenApply(found -> repeated(found, lease));
    }

    private static Granted repeated(StoredLease stored, Lease asked) {
        if (stored.lease().forHolds() || !stored.lease().asked().equals(asked.asked())) {
            throw Refusals.differs(stored.id());
        }
        return new Granted(body(stored, null), stored.lease().nonce().equals(asked.nonce()));
    }

    /** Looks at a lease; hangs for at most this long while its state is this one. */
    public CompletionStage<LeaseBody> look(LeaseId id, Duration wait, String after) {
        Duration bound = admission.limits().wait(wait);
        String lane = id.value();
        return watching.until(
                lane,
                id,
                bound,
                () -> living(lane, id).thenApply(stored -> body(stored, null)),
                shown -> shown.state().equals(after));
    }

    /** Ends a lease as its owner wishes. Again, the same answer. */
    public CompletionStage<LeaseEndedBody> release(LeaseId id, @Nullable String reason, Actor actor) {
        return refusing(() -> {
            Limits.text("reason", reason, MOST_REASON);
            return release(id, reason, actor, LOOKS);
        });
    }

    private CompletionStage<LeaseEndedBody> release(LeaseId id, @Nullable String reason, Actor actor, int looks) {
        String lane = id.value();
        return begun(lane, id, looks).thenCompose(fate -> {
            if (fate instanceof Fate.Lives lives) {
                EndedBy endedBy = allWait(lives.lease()) ? EndedBy.WITHDRAWN : EndedBy.RELEASED;
                return ender.endLease(lane, lives.lease(), How.owner(endedBy, reason, actor))
                        .thenCompose(result ->
                                answered(result, looks, Endeds::body, () -> release(id, reason, actor, looks - 1)));
            }
            return CompletableFuture.completedFuture(Endeds.body(byOwner(id, fate)));
        });
    }

    /** Ends one hold, or gives up one place, as its owner wishes. Again, the same answer. */
    public CompletionStage<EndedBody> releaseHold(
            Kind kind, Name name, LeaseId id, @Nullable String reason, Actor actor) {
        return refusing(() -> {
            Limits.text("reason", reason, MOST_REASON);
            return releaseHold(kind, name, id, reason, actor, LOOKS);
        });
    }

    private CompletionStage<EndedBody> releaseHold(
            Kind kind, Name name, LeaseId id, @Nullable String reason, Actor actor, int looks) {
        String lane = name.value();
        return begun(lane, id, looks).thenCompose(fate -> {
            if (!(fate instanceof Fate.Lives lives)) {
                return CompletableFuture.completedFuture(endedHold(byOwner(id, fate), kind, name));
            }
            Optional<Hold> hold = lives.lease().lease().hold(kind, name);
            if (hold.isEmpty() && looks == LOOKS) {
                nodes.forget(id);
                return releaseHold(kind, name, id, reason, actor, looks - 1);
            }
            if (hold.isEmpty()) {
                return CompletableFuture.completedFuture(pastHold(lives.lease(), kind, name));
            }
            EndedBy held = kind == Kind.ELECTION ? EndedBy.RESIGNED : EndedBy.RELEASED;
            EndedBy endedBy = hold.get().state() == State.QUEUED ? EndedBy.WITHDRAWN : held;
            return ender.endHold(lane, lives.lease(), hold.get(), How.owner(endedBy, reason, actor), null)
                    .thenCompose(result -> answered(
                            result,
                            looks,
                            ending -> endedHold(ending, kind, name),
                            () -> releaseHold(kind, name, id, reason, actor, looks - 1)));
        });
    }

    private static EndedBody endedHold(Ending ending, Kind kind, Name name) {
        return Endeds.body(ending, kind, name).orElseThrow(() -> Refusals.notHolder(ending.lease(), kind, name));
    }

    /** A hold that its owner has ended before, of a lease that lives on: the same answer again. */
    private static EndedBody pastHold(StoredLease stored, Kind kind, Name name) {
        Past past = stored.filled().past(kind, name).orElseThrow(() -> Refusals.notHolder(stored.id(), kind, name));
        if (!past.endedBy().byOwner()) {
            throw Refusals.holdEnded(stored.id(), past);
        }
        return Endeds.body(stored.id(), past);
    }

    /** The end that the owner wished, to be told again; any other end is a refusal. */
    private static Ending byOwner(LeaseId id, Fate fate) {
        if (fate instanceof Fate.Gone gone && gone.ending().endedBy().byOwner()) {
            return gone.ending();
        }
        throw Refusals.notAlive(id, fate);
    }

    /**
     * Ends a lease although its owner has not asked for it.
     *
     * @param immediately whether others are let in at once, or only when what the holder was told has run out
     */
    public CompletionStage<Revoked> revoke(
            LeaseId id, @Nullable String reason, boolean immediately, @Nullable String by, Actor actor) {
        return refusing(() -> {
            How how = revoking(reason, immediately, by, actor);
            return revoke(id.value(), id, immediately, how, LOOKS);
        });
    }

    private CompletionStage<Revoked> revoke(String lane, LeaseId id, boolean immediately, How how, int looks) {
        return living(lane, id).thenCompose(stored -> {
            if (immediately || allWait(stored)) {
                return ender.endLease(lane, stored, how)
                        .thenCompose(result -> answered(
                                result,
                                looks,
                                ending -> new Revoked.Ended(Endeds.body(ending)),
                                () -> revoke(lane, id, immediately, how, looks - 1)));
            }
            if (stored.lease().revoked() != null) {
                return CompletableFuture.completedFuture(new Revoked.Revoking(body(stored, null)));
            }
            Lease content =
                    stored.filled().withRevocation(new Lease.Revocation(how.by(), String.valueOf(how.reason()), null));
            Steps steps = new Steps()
                    .add(nodes.write(stored, content), Meaning.LOOK_AGAIN)
                    .add(
                            nodes.record(
                                    id,
                                    content,
                                    stored.version() + 1,
                                    Action.REVOKING,
                                    content.holds().stream()
                                            .filter(hold -> hold.state() != State.DELAYED)
                                            .map(hold -> nodes.audited(stored, hold))
                                            .toList(),
                                    how),
                            Meaning.ENDED);
            for (Hold hold : content.holds()) {
                if (hold.state() == State.HELD && hold.place() != null) {
                    steps.add(nodes.touch(hold.want()), Meaning.DROP);
                }
            }
            return steps.commit(nodes.store(), lane).thenCompose(result -> {
                if (result instanceof Steps.Result.Done done) {
                    StoredLease written =
                            nodes.written(id, content, done.outcome().stamp(0));
                    return CompletableFuture.completedFuture(new Revoked.Revoking(body(written, null)));
                }
                return result instanceof Steps.Result.Refused && looks > 0
                        ? revoke(lane, id, false, how, looks - 1)
                        : CompletableFuture.failedFuture(Refusals.unavailable());
            });
        });
    }

    /** Ends one hold although its owner has not asked for it; of a lease made for its holds and with no other, the lease. */
    public CompletionStage<Revoked> revokeHold(
            Kind kind,
            Name name,
            LeaseId id,
            @Nullable String reason,
            boolean immediately,
            @Nullable String by,
            Actor actor) {
        return refusing(() -> {
            How how = revoking(reason, immediately, by, actor);
            return revokeHold(kind, name, id, immediately, how, LOOKS);
        });
    }

    private CompletionStage<Revoked> revokeHold(
            Kind kind, Name name, LeaseId id, boolean immediately, How how, int looks) {
        String lane = name.value();
        return living(lane, id).thenCompose(stored -> {
            Hold hold = stored.lease().hold(kind, name).orElseThrow(() -> notThere(stored, kind, name));
            if (stored.lease().forHolds() && stored.lease().holdCount() == 1) {
                return revoke(lane, id, immediately, how, looks);
            }
            boolean atOnce = immediately || hold.state() == State.QUEUED;
            return ender.endHold(lane, stored, hold, how, atOnce ? null : Long.valueOf(stored.promisedMillis()))
                    .thenCompose(result -> answered(
                            result,
                            looks,
                            ending -> new Revoked.HoldClosed(endedHold(ending, kind, name)),
                            () -> revokeHold(kind, name, id, immediately, how, looks - 1)));
        });
    }

    private static Refusal notThere(StoredLease stored, Kind kind, Name name) {
        return stored.filled()
                .past(kind, name)
                .map(past -> Refusals.holdEnded(stored.id(), past))
                .orElseGet(() -> Refusals.notHolder(stored.id(), kind, name));
    }

    private static How revoking(@Nullable String reason, boolean immediately, @Nullable String by, Actor actor) {
        if (reason == null || reason.isBlank()) {
            throw Refusal.invalid("reason", "required, so that the holder and the auditor learn why", reason);
        }
        Limits.text("reason", reason, MOST_REASON);
        Limits.text("by", by, 200);
        String who = by != null ? by : actor.principal() != null ? actor.principal() : actor.address();
        return new How(EndedBy.REVOKED, who, reason, actor, immediately);
    }

    /**
     * Gives up an id whose PUT may still be on its way: from now on, for as long as ends are remembered, that PUT is refused. A lease
     * that is there already is released.
     */
    public CompletionStage<LeaseEndedBody> cancel(LeaseId id, @Nullable String reason, Actor actor) {
        return refusing(() -> {
            Limits.text("reason", reason, MOST_REASON);
            String lane = id.value();
            How how = How.owner(EndedBy.WITHDRAWN, reason, actor);
            Steps steps = new Steps()
                    .addAll(nodes.absent(id), Meaning.LOOK_AGAIN)
                    .add(nodes.cancelled(id, how), Meaning.ENDED);
            return steps.commit(nodes.store(), lane).thenCompose(result -> {
                if (result instanceof Steps.Result.Unavailable) {
                    return CompletableFuture.failedFuture(Refusals.unavailable());
                }
                // done, or it is there, or it has ended before: each is answered as a release is
                return release(id, reason, actor);
            });
        });
    }

    /**
     * A lease as it stands, living or ended.
     *
     * @param body a {@link LeaseBody} or a {@link LeaseEndedBody}
     * @param revision differs where it looks different; renewals do not count
     * @param ended what whoever asks for an ended lease is refused with; null while it lives
     */
    public record Shown(
            Record body, String revision, @Nullable Refusal ended) {}

    /** A lease as it stands; completes exceptionally when it was never seen, or nobody knows how it ended. */
    public CompletionStage<Shown> state(LeaseId id) {
        return fate(id.value(), id).thenApply(fate -> {
            if (fate instanceof Fate.Lives lives) {
                LeaseBody body = body(lives.lease(), null);
                String looks = body.state() + body.ttlMillis() + body.holds();
                return new Shown(body, Terms.digest(looks), null);
            }
            if (fate instanceof Fate.Gone gone) {
                return new Shown(Endeds.body(gone.ending()), "ended", Refusals.ended(gone.ending()));
            }
            throw Refusals.notAlive(id, fate);
        });
    }

    /** The lease, if it lives; completes exceptionally with what became of it otherwise. */
    public CompletionStage<StoredLease> living(String lane, LeaseId id) {
        return fate(lane, id).thenApply(fate -> {
            if (fate instanceof Fate.Lives lives) {
                return lives.lease();
            }
            throw Refusals.notAlive(id, fate);
        });
    }

    /** What a write begins with: at first what this server wrote last, if it did lately. */
    private CompletionStage<Fate> begun(String lane, LeaseId id, int looks) {
        Optional<StoredLease> recent = looks == LOOKS ? nodes.recent(id) : Optional.empty();
        return recent.isPresent() ? CompletableFuture.completedFuture(new Fate.Lives(recent.get())) : fate(lane, id);
    }

    private CompletionStage<Fate> fate(String lane, LeaseId id) {
        return nodes.read(lane, id)
                .thenCompose(read -> read.isPresent() && read.get().lease().lives()
                        ? CompletableFuture.completedFuture(new Fate.Lives(read.get()))
                        : endings.of(lane, id));
    }

    private static <T> CompletionStage<T> answered(
            Ender.Result result, int looks, Function<Ending, T> body, Supplier<CompletionStage<T>> again) {
        if (result instanceof Ender.Result.Done done) {
            return CompletableFuture.completedFuture(body.apply(done.ending()));
        }
        return result instanceof Ender.Result.Changed && looks > 0
                ? again.get()
                : CompletableFuture.failedFuture(Refusals.unavailable());
    }

    private static boolean allWait(StoredLease stored) {
        return stored.lease().forHolds()
                && stored.lease().holds().stream().allMatch(hold -> hold.state() == State.QUEUED);
    }

    /** A call whose guards may refuse: the refusal becomes the stage's. */
    private static <T> CompletionStage<T> refusing(Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    /** The body that shows a lease. */
    static LeaseBody body(StoredLease stored, @Nullable Long validForMillis) {
        Lease lease = stored.lease();
        Lease.Revocation revoked = lease.revoked();
        return new LeaseBody(
                stored.id().value(),
                revoked == null ? "LIVE" : "REVOKING",
                lease.owner(),
                lease.ttlMillis(),
                validForMillis,
                Times.text(stored.stamp().ctime()),
                Times.text(stored.stamp().mtime()),
                Times.text(stored.expiresAt()),
                revoked == null ? null : revoked.by(),
                revoked == null ? null : revoked.reason(),
                lease.metadata(),
                lease.holds().stream()
                        .filter(hold -> hold.state() != State.DELAYED)
                        .map(hold -> shortly(stored, hold))
                        .toList());
    }

    /** A hold in short. */
    public static LeaseBody.Hold shortly(StoredLease stored, Hold hold) {
        return new LeaseBody.Hold(
                hold.kind().wire(),
                hold.name().value(),
                hold.state().name(),
                hold.state() == State.HELD ? Long.valueOf(stored.token(hold)) : null);
    }
}
