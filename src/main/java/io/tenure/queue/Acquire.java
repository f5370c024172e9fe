package io.tenure.queue;

import io.tenure.audit.Action;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Create;
import io.tenure.coordination.Operation.Delete;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Stamp;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Fate;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.Past;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Promise;
import io.tenure.lease.Refusals;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Terms;
import io.tenure.name.EndedBy;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a request wants to hold, or a place in its queue.
 *
 * <p>A look at the queue (a local read, or a line that stands) decides how. An empty queue is taken by one transaction that deletes
 * and creates the directory: its success proves that nobody stood there. A queue that is not empty is refused without a write when
 * the request will not wait; otherwise the lease is created, or given one hold more, in one transaction with its place. Safe for
 * use by many threads.
 */
public final class Acquire {
    private static final int LOOKS = 12;
    private static final int FAST_TRIES = 3;
    private static final byte[] NOTHING = new byte[0];
    private static final String FIRST = "0000000000";
    private static final int MOST_PAST = 64;

    private final Means means;
    private final String server;
    private final Lines lines;
    private final Heads heads;
    private final Map<Unattended, Waiter> unattended = new ConcurrentHashMap<>();

    /** @param server the id of this server, which stands in the nodes of those who wait here */
    public Acquire(Means means, String server) {
        this.means = means;
        this.server = server;
        this.lines = new Lines(means.store(), means.nodes().paths(), means.timers());
        this.heads = new Heads(means.nodes(), means.timers());
    }

    /**
     * Carries out a claim.
     *
     * @return completes exceptionally with a {@link Refusal} when it is refused, or when the store cannot be asked
     */
    public CompletionStage<Acquired> acquire(Claim claim) {
        try {
            String nonce = means.nonces().get();
            Lease lease = null;
            if (claim.terms() != null) {
                Terms terms = claim.terms();
                lease = terms.lease(
                        means.admission().limits(), nonce, claim.chosen(), true, claim.identity(), claim.actor());
            }
            means.admission().check(claim.named());
            return new Attempt(claim, lease, nonce, means.timers().nanos()).look(LOOKS);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    /** How many views of queues are open in this server. */
    public int views() {
        return lines.count();
    }

    /** Places of one request that nobody attends. */
    private record Unattended(LeaseId lease, String wants) {}

    /** One queue as it looked. */
    private record Sight(boolean directoryStands, int length, Optional<Place> first) {
        boolean isEmpty() {
            return length == 0;
        }
    }

    /** One request on its way. */
    private final class Attempt {
        private final Claim claim;
        private final @Nullable Lease fresh;
        private final String nonce;
        private final long beganAt;
        private int fastTries = FAST_TRIES;

        Attempt(Claim claim, @Nullable Lease fresh, String nonce, long beganAt) {
            this.claim = claim;
            this.fresh = fresh;
            this.nonce = nonce;
            this.beganAt = beganAt;
        }

        CompletionStage<Acquired> look(int looks) {
            if (looks == 0) {
                return CompletableFuture.failedFuture(Refusals.unavailable());
            }
            List<Query> queries = new ArrayList<>();
            if (claim.chosen()) {
                queries.add(means.nodes().query(claim.lease()));
            }
            List<Optional<Sight>> sights = new ArrayList<>();
            for (Want want : claim.wants()) {
                Optional<Sight> sight = lines.glance(want)
                        .filter(glance -> glance.length() > 0)
                        .map(glance -> new Sight(true, glance.length(), glance.first()));
                sights.add(sight);
                if (sight.isEmpty()) {
                    queries.add(new Query.Children(means.nodes().paths().directory(want.kind(), want.name())));
                }
            }
            if (queries.isEmpty()) {
                return decide(
                        Optional.empty(),
                        sights.stream().map(Optional::orElseThrow).toList(),
                        looks);
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
                    all.add(sight.isPresent() ? sight.get() : sight(want, found.get(at++)));
                }
                return decide(stored, all, looks);
            });
        }

        private Sight sight(Want want, Found found) {
            if (!(found instanceof Found.Children children)) {
                return new Sight(false, 0, Optional.empty());
            }
            Optional<Place> first = children.names().stream()
                    .map(name -> Place.of(want.kind(), name))
                    .min(Place::compareTo);
            return new Sight(true, children.names().size(), first);
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
                    return CompletableFuture.failedFuture(Refusals.differs(claim.lease()));
                }
                return repeated(stored, ours);
            }
            Want want = claim.wants().get(0);
            Optional<Hold> hold = lease.hold(want.kind(), want.name());
            if (hold.isPresent()) {
                boolean same = !claim.named()
                        || hold.get().asked() == null
                        || hold.get().asked().equals(askedOfHold());
                return same ? repeated(stored, false) : CompletableFuture.failedFuture(Refusals.differs(claim.lease()));
            }
            try {
                mayAttach(stored, want);
            } catch (Refusal refusal) {
                return CompletableFuture.failedFuture(refusal);
            }
            boolean closedByItself = lease.holds().stream()
                    .anyMatch(own -> own.on(want.kind(), want.name()) && own.state() == State.DELAYED);
            // its old place stands until the name opens: a second one of the same lease could not be told from it
            return closedByItself ? refuse(sights, looks) : take(stored, stored.filled(), sights, looks);
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

        private String askedOfHold() {
            return Terms.digest(claim.identity());
        }

        /** The same request again, or its own answer that was lost: granted already, or waiting. */
        private CompletionStage<Acquired> repeated(StoredLease stored, boolean ours) {
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
                return CompletableFuture.completedFuture(new Acquired.Held(stored, null, ours));
            }
            return attend(stored);
        }

        /** Waits for a place that was taken before, and keeps it alive. */
        private CompletionStage<Acquired> attend(StoredLease stored) {
            List<Query> queries = claim.wants().stream()
                    .<Query>map(want -> new Query.Children(means.nodes().paths().directory(want.kind(), want.name())))
                    .toList();
            return means.store().read(claim.lane(), queries).thenCompose(found -> {
                List<String> places = new ArrayList<>();
                for (int i = 0; i < found.size(); i++) {
                    String prefix = Paths.placePrefix(claim.wants().get(i).kind(), claim.lease());
                    Optional<String> place = found.get(i) instanceof Found.Children children
                            ? children.names().stream()
                                    .filter(name -> name.startsWith(prefix))
                                    .findFirst()
                            : Optional.empty();
                    // a place that is gone is found to be so by the waiter, in one read with the lease
                    places.add(place.orElse(prefix + "gone"));
                }
                Lease content = stored.filled().attended(patience(stored.lease()), attendedBy(), claim::isFor);
                Steps steps = new Steps().add(means.nodes().write(stored, content), Meaning.LOOK_AGAIN);
                Promise promise = Promise.from(means.timers());
                return steps.commit(means.store(), claim.lane()).thenCompose(result -> {
                    if (result instanceof Steps.Result.Done done) {
                        StoredLease now = new StoredLease(
                                claim.lease(), content, done.outcome().stamp(0), stored.tokenBase());
                        return queued(now, places, promise);
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

        private CompletionStage<Acquired> take(
                @Nullable StoredLease stored, Lease lease, List<Sight> sights, int looks) {
            boolean empty = sights.stream().allMatch(Sight::isEmpty);
            boolean waits = claim.queue() || !claim.patience().isZero();
            if (empty && (fastTries > 0 || !waits)) {
                return takeHead(stored, lease, sights, looks);
            }
            if (!waits) {
                return refuse(sights, looks);
            }
            int most = means.admission().limits().maxWaiters();
            for (int i = 0; i < sights.size(); i++) {
                if (sights.get(i).length() > most) {
                    Want want = claim.wants().get(i);
                    return CompletableFuture.failedFuture(Refusal.of(
                                    ErrorCode.QUEUE_FULL,
                                    (sights.get(i).length() - 1) + " wait for " + want.name()
                                            + " already (limits.maxWaiters)")
                            .with("kind", want.kind().wire())
                            .with("name", want.name().value())
                            .with("queueLength", sights.get(i).length() - 1));
                }
            }
            return takePlace(stored, lease, sights, looks);
        }

        /** One write: it proves that every queue was empty, and takes the head of each. */
        private CompletionStage<Acquired> takeHead(
                @Nullable StoredLease stored, Lease lease, List<Sight> sights, int looks) {
            int version = stored == null ? 0 : stored.version() + 1;
            List<Hold> granted = claim.wants().stream()
                    .map(want -> hold(want, stored).granted(version, head(want)))
                    .toList();
            Lease content = withHolds(lease, granted);
            Steps steps = begin(stored, content);
            int stampAt = stored == null ? -1 : 0;
            for (int i = 0; i < sights.size(); i++) {
                Want want = claim.wants().get(i);
                String directory = means.nodes().paths().directory(want.kind(), want.name());
                if (sights.get(i).directoryStands()) {
                    steps.add(new Delete(directory, -1), Meaning.QUEUE_CHANGED);
                }
                stampAt = stampAt < 0 ? steps.size() : stampAt;
                steps.add(new Create(directory, NOTHING, Mode.CONTAINER), Meaning.QUEUE_CHANGED)
                        .add(new Create(directory + "/" + head(want), NOTHING, Mode.PERSISTENT), Meaning.QUEUE_CHANGED);
            }
            steps.add(record(content, version, Action.GRANTED, granted), Meaning.ENDED);
            Promise promise = Promise.from(means.timers());
            int at = stampAt;
            return steps.commit(means.store(), claim.lane()).thenCompose(result -> {
                if (result instanceof Steps.Result.Done done) {
                    Stamp stamp = done.outcome().stamp(at);
                    Stamp ofLease = stored == null
                            ? new Stamp(stamp.czxid(), stamp.czxid(), 0, stamp.ctime(), stamp.ctime(), 0, 0, false)
                            : stamp;
                    StoredLease now = stored(content, ofLease);
                    return CompletableFuture.completedFuture(
                            new Acquired.Held(now, promise.leftMillis(now, means.timers()), true));
                }
                if (result instanceof Steps.Result.Refused refused && refused.meaning() == Meaning.QUEUE_CHANGED) {
                    fastTries--;
                }
                return failed(result, looks);
            });
        }

        private String head(Want want) {
            return Paths.placePrefix(want.kind(), claim.lease()) + FIRST;
        }

        /** One write: the lease, or its new hold, and a place at the end of each queue. */
        private CompletionStage<Acquired> takePlace(
                @Nullable StoredLease stored, Lease lease, List<Sight> sights, int looks) {
            int version = stored == null ? 0 : stored.version() + 1;
            List<Hold> queued =
                    claim.wants().stream().map(want -> hold(want, stored)).toList();
            Lease content = withHolds(lease, queued).attended(patience(lease), attendedBy(), claim::isFor);
            Steps steps = begin(stored, content);
            List<Integer> placesAt = new ArrayList<>();
            for (int i = 0; i < sights.size(); i++) {
                Want want = claim.wants().get(i);
                String directory = means.nodes().paths().directory(want.kind(), want.name());
                if (!sights.get(i).directoryStands()) {
                    steps.add(new Create(directory, NOTHING, Mode.CONTAINER), Meaning.QUEUE_CHANGED);
                }
                placesAt.add(steps.size());
                steps.add(
                        new Create(
                                directory + "/" + Paths.placePrefix(want.kind(), claim.lease()),
                                NOTHING,
                                Mode.SEQUENTIAL),
                        Meaning.QUEUE_CHANGED);
            }
            steps.add(record(content, version, Action.QUEUED, queued), Meaning.ENDED);
            Promise promise = Promise.from(means.timers());
            CompletionStage<Steps.Result> committed = steps.commit(means.store(), claim.lane());
            CompletionStage<Optional<StoredLease>> behind =
                    means.nodes().read(claim.lane(), claim.lease()).exceptionally(failure -> Optional.empty());
            return committed
                    .thenCombine(behind, (result, read) -> {
                        if (result instanceof Steps.Result.Done done) {
                            List<String> places = placesAt.stream()
                                    .map(at -> name(done.outcome().path(at)))
                                    .toList();
                            Stamp unknown = new Stamp(
                                    0,
                                    0,
                                    0,
                                    means.timers().wallMillis(),
                                    means.timers().wallMillis(),
                                    version,
                                    0,
                                    false);
                            return queued(read.orElseGet(() -> stored(content, unknown)), places, promise);
                        }
                        return failed(result, looks);
                    })
                    .thenCompose(stage -> stage);
        }

        private CompletionStage<Acquired> queued(StoredLease now, List<String> places, Promise promise) {
            if (!claim.patience().isZero()) {
                return new Waiter(means, lines, heads, claim, attendedBy(), places, beganAt)
                        .await()
                        .whenComplete((acquired, failure) -> stayIfQueued(acquired, places));
            }
            List<Query> queries = claim.wants().stream()
                    .<Query>map(want -> new Query.Children(means.nodes().paths().directory(want.kind(), want.name())))
                    .toList();
            return means.store().read(claim.lane(), queries).thenApply(found -> {
                List<Integer> positions = new ArrayList<>();
                for (int i = 0; i < found.size(); i++) {
                    positions.add(
                            found.get(i) instanceof Found.Children children
                                    ? position(claim.wants().get(i), children.names(), places.get(i))
                                    : 0);
                }
                Acquired.Queued queued = new Acquired.Queued(now, promise.leftMillis(now, means.timers()), positions);
                stayIfQueued(queued, places);
                return queued;
            });
        }

        /** A place that may stay without a request is granted at its turn by the server that served it last. */
        private void stayIfQueued(@Nullable Acquired acquired, List<String> places) {
            if (acquired instanceof Acquired.Queued && claim.queue()) {
                Waiter waiter = new Waiter(means, lines, heads, claim, attendedBy(), places, beganAt);
                Unattended place = new Unattended(claim.lease(), claim.identity());
                waiter.stay(() -> unattended.remove(place, waiter));
                Waiter before = unattended.put(place, waiter);
                if (before != null) {
                    before.stop();
                }
            }
        }

        private int position(Want want, Collection<String> names, String place) {
            Place mine = Place.of(want.kind(), place);
            return (int) names.stream()
                    .map(name -> Place.of(want.kind(), name))
                    .filter(other -> other.compareTo(mine) < 0)
                    .count();
        }

        private Steps begin(@Nullable StoredLease stored, Lease content) {
            Steps steps = new Steps();
            if (stored != null) {
                return steps.add(means.nodes().write(stored, content), Meaning.LOOK_AGAIN);
            }
            if (claim.named()) {
                steps.addAll(means.nodes().neverEnded(claim.lease()), Meaning.ENDED);
            }
            return steps.add(means.nodes().create(claim.lease(), content), Meaning.LOOK_AGAIN);
        }

        private Hold hold(Want want, @Nullable StoredLease stored) {
            return Hold.queued(
                    want.kind(),
                    want.name(),
                    claim.named(),
                    stored == null ? null : askedOfHold(),
                    want.minHoldMillis(),
                    want.reason());
        }

        private Lease withHolds(Lease lease, List<Hold> more) {
            Lease content = lease;
            for (Hold hold : more) {
                content = content.withHold(hold);
            }
            return content;
        }

        private StoredLease stored(Lease content, Stamp stamp) {
            return new StoredLease(claim.lease(), content, stamp, means.nodes().tokenBase());
        }

        private Operation record(Lease content, int version, Action action, List<Hold> holds) {
            How how = How.owner(EndedBy.RELEASED, claim.wants().get(0).reason(), claim.actor());
            return means.nodes()
                    .record(
                            claim.lease(),
                            content,
                            version,
                            action,
                            holds.stream().map(LeaseNodes::begun).toList(),
                            how);
        }

        private CompletionStage<Acquired> failed(Steps.Result result, int looks) {
            if (result instanceof Steps.Result.Unavailable lost) {
                if (lost.perhapsDone() && !claim.chosen()) {
                    means.abandoned().abandon(claim.lane(), claim.lease(), nonce);
                }
                return CompletableFuture.failedFuture(Refusals.unavailable());
            }
            Meaning meaning = ((Steps.Result.Refused) result).meaning();
            if (meaning == Meaning.ENDED) {
                return means.endings()
                        .of(claim.lane(), claim.lease())
                        .thenCompose(fate -> fate instanceof Fate.Gone gone
                                ? CompletableFuture.failedFuture(Refusals.ended(gone.ending()))
                                : look(looks - 1));
            }
            return meaning == Meaning.QUEUE_CHANGED
                    ? means.store().sync(claim.lane()).thenCompose(synced -> look(looks - 1))
                    : look(looks - 1);
        }

        /** No write at all: the answer names who stands in the way. */
        private CompletionStage<Acquired> refuse(List<Sight> sights, int looks) {
            CompletionStage<List<Refusal>> all = CompletableFuture.completedFuture(List.of());
            for (int i = 0; i < sights.size(); i++) {
                Optional<Place> first = sights.get(i).first();
                if (first.isPresent()) {
                    CompletionStage<Optional<Refusal>> one = heads.refusal(
                            claim.lane(),
                            claim.wants().get(i),
                            first.get(),
                            sights.get(i).length(),
                            0);
                    all = all.thenCombine(one, Heads::with);
                }
            }
            return all.thenCompose(refusals -> refusals.isEmpty()
                    ? look(looks - 1)
                    : CompletableFuture.failedFuture(
                            Heads.together(claim.wants().size(), refusals)));
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
