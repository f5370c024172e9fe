package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Fate;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.Past;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Promise;
import io.tenure.lease.Refusals;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: it looks, decides, and writes; when what it saw has changed meanwhile it looks again, a bounded number of
 * times. Belongs to one request; its steps follow one another.
 */
final class Attempt {
    private static final int LOOKS = 12;
    private static final int FAST_TRIES = 3;
    private static final int MOST_PAST = 64;

    private final Means means;
    private final Waits waits;
    private final String server;
    private final Claim claim;
    private final @Nullable Lease fresh;
    private final String nonce;
    private final long beganAt;
    private final Taking taking;
    private int fastTries = FAST_TRIES;

    /**
     * @param fresh the lease that the claim would make; null to attach to one that lives
     * @param nonce differs for each request
     */
    Attempt(Means means, Waits waits, String server, Claim claim, @Nullable Lease fresh, String nonce) {
        this.means = means;
        this.waits = waits;
        this.server = server;
        this.claim = claim;
        this.fresh = fresh;
        this.nonce = nonce;
        this.beganAt = means.timers().nanos();
        this.taking = new Taking(means, claim);
    }

    CompletionStage<Acquired> begin() {
        Want want = claim.wants().get(0);
        if (claim.wants().size() > 1
                || want.kind() == Kind.SEMAPHORE
                || waits.sight(want).isPresent()
                || !means.freed().take(want)) {
            return look(LOOKS);
        }
        Sight empty = Sight.empty(true, Permits.ONE);
        if (fresh != null) {
            return take(null, fresh, List.of(empty), LOOKS);
        }
        return means.nodes()
                .recent(claim.lease())
                .filter(stored -> stored.lease().hold(want.kind(), want.name()).isEmpty() && isAttachable(stored, want))
                .map(stored -> take(stored, stored.filled(), List.of(empty), LOOKS))
                .orElseGet(() -> look(LOOKS));
    }

    private boolean isAttachable(StoredLease stored, Want want) {
        try {
            mayAttach(stored, want);
            return !isClosedByItself(stored, want);
        } catch (Refusal refusal) {
            // it may be so no more: the look decides
            return false;
        }
    }

    private CompletionStage<Acquired> look(int looks) {
        if (looks == 0) {
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        List<Query> queries = new ArrayList<>();
        if (claim.chosen()) {
            queries.add(means.nodes().query(claim.lease()));
        }
        List<Optional<Sight>> sights = new ArrayList<>();
        List<Optional<Place>> lasts = new ArrayList<>();
        for (Want want : claim.wants()) {
            Optional<Sight> sight = waits.sight(want);
            Optional<Place> last = last(want);
            sights.add(sight);
            if (sight.isEmpty()) {
                queries.addAll(Looked.queries(means.nodes(), List.of(want)));
                last.ifPresent(place -> queries.addAll(waits.heads().queries(want, place)));
            }
            lasts.add(last);
        }
        if (queries.isEmpty()) {
            return decide(
                    Optional.empty(), sights.stream().map(Optional::orElseThrow).toList(), looks);
        }
        return means.store().read(claim.lane(), queries).thenCompose(found -> {
            int at = 0;
            Optional<StoredLease> stored = Optional.empty();
            if (claim.chosen()) {
                stored = means.nodes().stored(claim.lease(), found.get(at++));
            }
            List<Sight> all = new ArrayList<>();
            for (int i = 0; i < sights.size(); i++) {
                Want want = claim.wants().get(i);
                Optional<Sight> sight = sights.get(i);
                if (sight.isPresent()) {
                    all.add(sight.get());
                    continue;
                }
                Optional<Place> last = lasts.get(i);
                int headAt = at + Looked.queries(means.nodes(), List.of(want)).size();
                int to = headAt
                        + last.map(place -> waits.heads().queries(want, place).size())
                                .orElse(0);
                Sight seen = Looked.sight(want, found.subList(at, headAt));
                all.add(seen.first().equals(last) ? seen.with(found.subList(headAt, to)) : seen);
                at = to;
            }
            return decide(stored, all, looks);
        });
    }

    /** A request that will not wait is most likely refused, and then has to say by whom. */
    private Optional<Place> last(Want want) {
        return claim.patience().isZero() && !claim.queue() ? waits.heads().last(want) : Optional.empty();
    }

    private CompletionStage<Acquired> decide(Optional<StoredLease> stored, List<Sight> sights, int looks) {
        if (stored.isPresent()) {
            return existing(stored.get(), sights, looks);
        }
        if (fresh == null) {
            return means.endings()
                    .of(claim.lane(), claim.lease())
                    .thenCompose(fate -> fate instanceof Fate.Lives
                            ? look(looks - 1)
                            : CompletableFuture.failedFuture(Refusals.notAlive(claim.lease(), fate)));
        }
        return take(null, fresh, sights, looks);
    }

    /** The id stands for a lease already: this repeats the request that made it, or attaches to it. */
    private CompletionStage<Acquired> existing(StoredLease stored, List<Sight> sights, int looks) {
        Lease lease = stored.lease();
        if (!lease.lives()) {
            return means.endings()
                    .of(claim.lane(), claim.lease())
                    .thenCompose(fate -> CompletableFuture.failedFuture(Refusals.notAlive(claim.lease(), fate)));
        }
        boolean ours = lease.nonce().equals(nonce);
        if (fresh != null && (claim.named() || ours)) {
            if (!lease.forHolds() || !lease.asked().equals(fresh.asked())) {
                return CompletableFuture.failedFuture(differs(lease));
            }
            return repeated(stored, ours, looks);
        }
        Want want = claim.wants().get(0);
        Optional<Hold> hold = lease.hold(want.kind(), want.name());
        if (hold.isPresent()) {
            String asked = claim.named() ? hold.get().asked() : null;
            boolean same = asked == null
                    ? hold.get().want().mode() == want.mode()
                            && hold.get().want().places() == want.places()
                    : asked.equals(claim.askedOfHold());
            return same ? repeated(stored, false, looks) : CompletableFuture.failedFuture(differs(lease));
        }
        try {
            mayAttach(stored, want);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        if (!isClosedByItself(stored, want)) {
            return take(stored, stored.filled(), sights, looks);
        }
        Sight sight = sights.get(0);
        return sight.isEmpty() // somebody has removed its place
                ? CompletableFuture.failedFuture(waits.heads().closed(want, stored, sight, 0))
                : refuse(sights, looks);
    }

    /** Its old place stands until the name opens: a second one of the same lease could not be told from it. */
    private static boolean isClosedByItself(StoredLease stored, Want want) {
        return stored.lease().holds().stream()
                .anyMatch(own -> own.on(want.kind(), want.name()) && own.state() == State.DELAYED);
    }

    /** The id, or its hold, stands for something else; who reads and wants to write is told why that cannot be. */
    private Refusal differs(Lease lease) {
        for (Want want : claim.wants()) {
            boolean reads = lease.hold(want.kind(), want.name())
                    .filter(hold -> hold.want().mode() == Mode.READ)
                    .isPresent();
            if (reads && want.mode() == Mode.WRITE) {
                String detail = claim.lease() + " reads " + want.name()
                        + " and cannot become its writer: two that tried would wait for each other for ever."
                        + " Release, then take the write lock";
                return Refusal.of(ErrorCode.NO_UPGRADE, detail)
                        .with("lease", claim.lease().value())
                        .with("kind", want.kind().wire())
                        .with("name", want.name().value());
            }
        }
        return Refusals.differs(claim.lease());
    }

    private void mayAttach(StoredLease stored, Want want) {
        Lease lease = stored.lease();
        Lease.Revocation revoked = lease.revoked();
        if (revoked != null) {
            throw Refusals.revoked(stored, revoked);
        }
        Optional<Past> past = stored.filled().past(want.kind(), want.name());
        if (claim.named() && past.isPresent()) {
            throw Refusals.holdEnded(stored.id(), past.get());
        }
        int most = means.admission().limits().maxHoldsPerLease();
        if (lease.holds().size() >= most) {
            throw quota("a lease has at most " + most + " holds", most);
        }
        if (claim.named() && lease.past().stream().filter(Past::named).count() >= MOST_PAST) {
            throw quota(
                    "a lease takes at most " + MOST_PAST + " names by PUT in its life; use a new lease, or POST",
                    MOST_PAST);
        }
    }

    private Refusal quota(String detail, int most) {
        return Refusal.of(ErrorCode.QUOTA, detail)
                .with("lease", claim.lease().value())
                .with("limit", most);
    }

    /** The same request again, or its own answer that was lost: granted already, or waiting. */
    private CompletionStage<Acquired> repeated(StoredLease stored, boolean ours, int looks) {
        List<Hold> holds = new ArrayList<>();
        for (Want want : claim.wants()) {
            Optional<Hold> hold = stored.lease().hold(want.kind(), want.name());
            if (hold.isEmpty()) {
                return CompletableFuture.failedFuture(stored.filled()
                        .past(want.kind(), want.name())
                        .map(past -> Refusals.holdEnded(claim.lease(), past))
                        .orElseGet(() -> Refusals.differs(claim.lease())));
            }
            holds.add(hold.get());
        }
        if (holds.stream().allMatch(hold -> hold.state() == State.HELD)) {
            return ours
                    ? CompletableFuture.completedFuture(new Acquired.Held(stored, null, true))
                    : confirmed(stored, holds, looks);
        }
        return attend(stored);
    }

    /** What this server's replica shows may have ended: an answer that says HELD is ordered by the quorum. */
    private CompletionStage<Acquired> confirmed(StoredLease stored, List<Hold> holds, int looks) {
        Steps steps = new Steps()
                .add(
                        new Operation.Check(means.nodes().paths().lease(stored.id()), stored.version()),
                        Meaning.LOOK_AGAIN);
        for (Hold hold : holds) {
            if (hold.place() != null) {
                steps.addAll(means.nodes().checkPlaces(hold.want(), hold.place()), Meaning.PLACE_GONE);
            }
        }
        return steps.commit(means.store(), claim.lane()).thenCompose(result -> {
            if (result instanceof Steps.Result.Done) {
                return CompletableFuture.completedFuture(new Acquired.Held(stored, null, false));
            }
            if (!(result instanceof Steps.Result.Refused refused)) {
                return CompletableFuture.failedFuture(Refusals.unavailable());
            }
            CompletionStage<Void> settled = refused.meaning() == Meaning.PLACE_GONE
                    ? means.renewals().placeGone(claim.lane(), stored)
                    : means.store().sync(claim.lane());
            return settled.thenCompose(done -> look(looks - 1));
        });
    }

    /** Waits for a place that was taken before, and keeps it alive. */
    private CompletionStage<Acquired> attend(StoredLease stored) {
        List<Query> queries = claim.wants().stream()
                .<Query>map(want -> new Query.Children(means.nodes().paths().directory(want.kind(), want.name())))
                .toList();
        return means.store().read(claim.lane(), queries).thenCompose(found -> {
            List<String> places = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                String prefix = Paths.placePrefix(claim.lease());
                Optional<String> place = found.get(i) instanceof Found.Children children
                        ? children.names().stream()
                                .filter(name -> name.startsWith(prefix))
                                .max(Comparator.naturalOrder())
                        : Optional.empty();
                // a place that is gone is found to be so by the waiter, in one read with the lease
                places.add(place.orElse(prefix + "gone-0000009999"));
            }
            Lease content = stored.filled().attended(patience(stored.lease()), attendedBy(), claim::isFor);
            Steps steps = new Steps().add(means.nodes().write(stored, content), Meaning.LOOK_AGAIN);
            Promise promise = Promise.from(means.timers());
            return steps.commit(means.store(), claim.lane()).thenCompose(result -> {
                if (result instanceof Steps.Result.Done done) {
                    StoredLease now = means.nodes()
                            .written(claim.lease(), content, done.outcome().stamp(0));
                    return waits.queued(claim, attendedBy(), beganAt, now, places, promise, false);
                }
                return result instanceof Steps.Result.Refused
                        ? look(LOOKS / 2)
                        : CompletableFuture.failedFuture(Refusals.unavailable());
            });
        });
    }

    private String attendedBy() {
        return server + "/" + nonce;
    }

    /** A lease made for its holds carries the rest of the wait; one that stood before is its client's to renew. */
    private @Nullable Long patience(Lease lease) {
        Duration waited = Duration.ofNanos(means.timers().nanos() - beganAt);
        long left = claim.patience().minus(waited).toMillis();
        return lease.forHolds() && left > 0 ? Long.valueOf(left) : null;
    }

    private CompletionStage<Acquired> take(@Nullable StoredLease stored, Lease lease, List<Sight> sights, int looks) {
        try {
            means.admission().check(stored == null, claim.named());
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        Optional<Refusal> never = neverGranted(sights);
        if (never.isPresent()) {
            return CompletableFuture.failedFuture(never.get());
        }
        boolean empty = sights.stream().allMatch(Sight::isEmpty);
        boolean open = sights.stream().allMatch(Sight::isOpen);
        boolean waiting = claim.queue() || !claim.patience().isZero();
        if (empty && (fastTries > 0 || !waiting)) {
            return taking.head(stored, lease, sights).thenCompose(taken -> taken(taken, false, looks));
        }
        if (!waiting && !open) {
            return refuse(sights, looks);
        }
        Optional<Refusal> full = full(sights);
        return full.isPresent()
                ? CompletableFuture.failedFuture(full.get())
                : taking.place(
                                stored,
                                lease,
                                sights,
                                content -> content.attended(patience(lease), attendedBy(), claim::isFor))
                        .thenCompose(taken -> taken(taken, open, looks));
    }

    /** A semaphore without permits, or with fewer than are wanted, would never grant it. */
    private Optional<Refusal> neverGranted(List<Sight> sights) {
        for (int i = 0; i < sights.size(); i++) {
            Want want = claim.wants().get(i);
            int permits = sights.get(i).permits().count();
            if (want.kind() == Kind.SEMAPHORE && permits < want.places()) {
                return Optional.of(
                        sights.get(i).permits().equals(Permits.NONE)
                                ? unknown(want)
                                : Refusal.of(
                                                ErrorCode.PERMITS_DIFFER,
                                                want.name() + " has " + permits + " permits, and " + want.places()
                                                        + " are asked for")
                                        .with("kind", want.kind().wire())
                                        .with("name", want.name().value())
                                        .with("permits", permits)
                                        .with("count", want.places()));
            }
        }
        return Optional.empty();
    }

    private static Refusal unknown(Want want) {
        String detail = "nobody has said how many permits " + want.name() + " has: PUT /v1/semaphores/" + want.name()
                + " {\"permits\":…}";
        return Refusal.of(ErrorCode.SEMAPHORE_UNKNOWN, detail)
                .with("kind", want.kind().wire())
                .with("name", want.name().value());
    }

    private Optional<Refusal> full(List<Sight> sights) {
        int most = means.admission().limits().maxWaiters();
        for (int i = 0; i < sights.size(); i++) {
            int waiters = sights.get(i).waiting();
            if (waiters >= most) {
                Want want = claim.wants().get(i);
                String detail = waiters + " wait for " + want.name() + " already (limits.maxWaiters)";
                return Optional.of(Refusal.of(ErrorCode.QUEUE_FULL, detail)
                        .with("kind", want.kind().wire())
                        .with("name", want.name().value())
                        .with("queueLength", waiters));
            }
        }
        return Optional.empty();
    }

    private CompletionStage<Acquired> taken(Taking.Taken taken, boolean hopeful, int looks) {
        if (taken instanceof Taking.Taken.Held held) {
            return CompletableFuture.completedFuture(held.acquired());
        }
        if (taken instanceof Taking.Taken.Placed placed) {
            return waits.queued(
                    claim, attendedBy(), beganAt, placed.lease(), placed.places(), placed.promise(), hopeful);
        }
        return failed(((Taking.Taken.Not) taken).result(), looks);
    }

    private CompletionStage<Acquired> failed(Steps.Result result, int looks) {
        if (result instanceof Steps.Result.Unavailable lost) {
            if (lost.perhapsDone() && !claim.chosen()) {
                means.abandoned().abandon(claim.lane(), claim.lease(), nonce);
            }
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        Meaning meaning = ((Steps.Result.Refused) result).meaning();
        means.nodes().forget(claim.lease());
        if (meaning == Meaning.ENDED) {
            return means.endings()
                    .of(claim.lane(), claim.lease())
                    .thenCompose(fate -> fate instanceof Fate.Gone gone
                            ? CompletableFuture.failedFuture(Refusals.ended(gone.ending()))
                            : look(looks - 1));
        }
        if (meaning == Meaning.QUEUE_CHANGED) {
            fastTries--;
            claim.wants().forEach(means.freed()::doubt);
            return means.store().sync(claim.lane()).thenCompose(synced -> look(looks - 1));
        }
        return look(looks - 1);
    }

    /** No write at all: the answer names who stands in the way. */
    private CompletionStage<Acquired> refuse(List<Sight> sights, int looks) {
        CompletionStage<List<Refusal>> all = CompletableFuture.completedFuture(List.of());
        // who is closed out by its own old place alone is told of whoever stands first
        boolean byItself = sights.stream().allMatch(Sight::isOpen);
        for (int i = 0; i < sights.size(); i++) {
            Want want = claim.wants().get(i);
            Sight sight = sights.get(i);
            if (sight.isEmpty() || (sight.isOpen() && !byItself)) {
                continue;
            }
            CompletionStage<Optional<Refusal>> one = sight.head().isEmpty()
                    ? waits.heads().refusal(claim.lane(), want, sight, 0)
                    : CompletableFuture.completedFuture(waits.heads().refusal(want, sight, 0));
            all = all.thenCombine(one, Heads::with);
        }
        return all.thenCompose(refusals -> refusals.isEmpty()
                ? look(looks - 1)
                : CompletableFuture.failedFuture(Heads.together(claim.wants().size(), refusals)));
    }
}
