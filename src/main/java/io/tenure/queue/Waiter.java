package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.audit.Actor;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Stamp;
import io.tenure.coordination.Timers;
import io.tenure.error.Refusal;
import io.tenure.lease.Ender;
import io.tenure.lease.Fate;
import io.tenure.lease.HandOver;
import io.tenure.lease.Hanging;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Promise;
import io.tenure.lease.Refusals;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.EndedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for its turn, or a place that stays without one.
 *
 * <p>It takes no thread: it acts when a line says that something has changed, when its time is over, or when its client has gone.
 * It does one thing at a time, and each thing begins with a read of the lease and of its places at one moment. The grant itself is
 * {@code setData(lease, version)} with a check of each place: the lease decides against an expiry or a release, the check against a
 * place that somebody removed ({@code docs/protocol.md} 3). Safe for use by many threads.
 */
final class Waiter {
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Means means;
    private final Waits waits;
    private final Claim claim;
    private final String attendedBy;
    private volatile List<String> places;
    private final CompletableFuture<Acquired> answer;
    private volatile StoredLease known;
    private final long beganAt;
    private final List<Line> joined = new ArrayList<>();
    private volatile @Nullable EndedBy leaving;
    private volatile boolean attended = true;
    private volatile boolean hope;

    @GuardedBy("this")
    private boolean busy;

    @GuardedBy("this")
    private boolean again;

    @GuardedBy("this")
    private boolean over;

    /**
     * @param attendedBy what the lease node says of this request
     * @param queued the lease as it was last written, with its places
     * @param places the full name of its queue node for each want of the claim
     * @param beganAt this server's monotonic clock when the request arrived
     */
    Waiter(
            Means means,
            Waits waits,
            Claim claim,
            String attendedBy,
            StoredLease queued,
            List<String> places,
            long beganAt) {
        this.means = means;
        this.waits = waits;
        this.claim = claim;
        this.attendedBy = attendedBy;
        this.places = places;
        this.beganAt = beganAt;
        this.known = queued;
        this.answer = means.hanging().answer();
    }

    /**
     * Begins to wait; the stage tells what came of it.
     *
     * @param hopeful whether its places are likely to be entitled already: then it looks at the queues before it stands in line
     */
    CompletionStage<Acquired> await(boolean hopeful) {
        hope = hopeful;
        if (!hopeful) {
            join();
        }
        long left = claim.patience().toNanos() - (means.timers().nanos() - beganAt);
        Timers.Timer timer = means.timers().after(Duration.ofNanos(Math.max(0, left)), () -> leave(EndedBy.WAIT_OVER));
        var unused = answer.whenComplete((done, failure) -> {
            timer.cancel();
            if (failure != null && Hanging.isStopping(failure)) {
                stopping();
            }
        });
        claim.presence().get().whenGone(() -> leave(EndedBy.WITHDRAWN));
        turn();
        return answer;
    }

    /**
     * Stays in line for a place that nobody attends.
     *
     * @param whenOver is run when the place has been granted or has gone
     */
    void stay(Runnable whenOver) {
        attended = false;
        var unused = answer.whenComplete((done, failure) -> {
            finish();
            whenOver.run();
        });
        join();
        turn();
    }

    /** Stands in line no longer; the place stays as it is. */
    void stop() {
        answer.cancel(false);
    }

    private void join() {
        synchronized (joined) {
            for (int i = joined.size(); i < places.size(); i++) {
                joined.add(waits.lines().join(claim.wants().get(i), places.get(i), this));
            }
        }
    }

    /** From here on it waits to be told, and looks once more in case that it should have been told before. */
    private void standInLine() {
        hope = false;
        join();
        synchronized (this) {
            if (!over) {
                again = true;
                return;
            }
        }
        leaveLines();
    }

    private void leaveLines() {
        synchronized (joined) {
            for (int i = 0; i < joined.size(); i++) {
                waits.lines().leave(claim.wants().get(i), places.get(i), this);
            }
            joined.clear();
        }
    }

    /** A stopping server leaves the places of those who can come back for them, and gives up the others. */
    private void stopping() {
        if (claim.chosen()) {
            finish();
        } else {
            leave(EndedBy.WITHDRAWN);
        }
    }

    private void leave(EndedBy why) {
        if (attended && leaving == null) {
            leaving = why;
            turn();
        }
    }

    /** Something may have changed: looks, unless a look is under way, which then is followed by another. */
    void turn() {
        synchronized (this) {
            if (over) {
                return;
            }
            if (busy) {
                again = true;
                return;
            }
            busy = true;
        }
        step();
    }

    private void step() {
        look().whenComplete((done, failure) -> {
            if (failure != null) {
                failed(failure);
            }
            idle();
        });
    }

    /** One thing is done; what was asked for meanwhile comes next. */
    private void idle() {
        synchronized (this) {
            busy = again && !over;
            again = false;
            if (!busy) {
                return;
            }
        }
        step();
    }

    /** The store could not be asked. Who leaves is told so; who waits goes on when the lines are in step again. */
    private void failed(Throwable failure) {
        Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
        if (leaving != null) {
            if (!claim.chosen()) {
                means.abandoned().abandon(claim.lane(), claim.lease(), nonce());
            }
            refuse(cause instanceof Refusal refusal ? refusal : Refusals.unavailable());
        } else {
            means.timers().after(RETRY, this::turn);
        }
    }

    private String nonce() {
        return attendedBy.substring(attendedBy.indexOf('/') + 1);
    }

    private CompletionStage<Void> look() {
        if (leaving == null && !hope && !mayBeMyTurn()) {
            return done();
        }
        boolean reads = !isInStep();
        List<Query> queries = new ArrayList<>();
        queries.add(means.nodes().query(claim.lease()));
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            nodes.addAll(means.nodes().places(claim.wants().get(i), places.get(i)));
        }
        nodes.forEach(node -> queries.add(new Query.Data(node)));
        int queuesAt = queries.size();
        if (reads) {
            queries.addAll(Looked.queries(means.nodes(), claim.wants()));
        }
        return means.store().read(claim.lane(), queries).thenCompose(found -> {
            Optional<StoredLease> stored = means.nodes().stored(claim.lease(), found.get(0));
            if (stored.isEmpty() || !stored.get().lease().lives()) {
                return gone();
            }
            if (isMoved(stored.get())) {
                return done();
            }
            StoredLease placed = placed(stored.get());
            known = placed;
            boolean placesStand = found.subList(1, queuesAt).stream().allMatch(place -> place instanceof Found.Node);
            Optional<List<Permits>> entitled = reads
                    ? entitled(Looked.queues(claim.wants(), found.subList(queuesAt, found.size())))
                    : entitledInLine();
            return decide(placed, placesStand, entitled);
        });
    }

    /** Somebody may have moved its place, as a transfer of leadership does: then it stands in line for the new one, and looks again. */
    private boolean isMoved(StoredLease stored) {
        List<String> now = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Want want = claim.wants().get(i);
            String before = places.get(i);
            now.add(stored.lease()
                    .hold(want.kind(), want.name())
                    .filter(hold -> hold.state() == State.QUEUED && hold.place() != null)
                    .map(hold -> String.valueOf(hold.place()))
                    .orElse(before));
        }
        if (now.equals(places)) {
            return false;
        }
        leaveLines();
        places = now;
        standInLine();
        return true;
    }

    /** Whether all lines that it needs are in step; while one is not, only a read of the queue can tell. */
    private boolean isInStep() {
        synchronized (joined) {
            return joined.size() == places.size() && joined.stream().allMatch(Line::isInStep);
        }
    }

    /** If all places are entitled in these queues, the permits under which they are. */
    private Optional<List<Permits>> entitled(List<Contenders> queues) {
        for (int i = 0; i < places.size(); i++) {
            if (!queues.get(i).isEntitled(place(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(queues.stream().map(Contenders::permits).toList());
    }

    /** If all places are entitled as far as the lines know, the permits under which they are. */
    private Optional<List<Permits>> entitledInLine() {
        synchronized (joined) {
            List<Permits> permits = new ArrayList<>();
            for (int i = 0; i < joined.size(); i++) {
                // the permits first: should they change in between, the grant's check of them fails
                permits.add(joined.get(i).permits());
                if (!joined.get(i).isEntitled(place(i))) {
                    return Optional.empty();
                }
            }
            return joined.isEmpty() ? Optional.empty() : Optional.of(permits);
        }
    }

    /** The lease with the places filled in that only this server knows by name: whoever ends it need not look for them. */
    private StoredLease placed(StoredLease stored) {
        List<Hold> holds = new ArrayList<>(stored.lease().holds());
        for (int i = 0; i < places.size(); i++) {
            Want want = claim.wants().get(i);
            String place = places.get(i);
            holds.replaceAll(
                    hold -> hold.on(want.kind(), want.name()) && hold.state() == State.QUEUED ? hold.at(place) : hold);
        }
        return new StoredLease(stored.id(), stored.lease().withHolds(holds), stored.stamp(), stored.tokenBase());
    }

    private boolean mayBeMyTurn() {
        synchronized (joined) {
            boolean entitled = true;
            for (int i = 0; i < joined.size(); i++) {
                Line line = joined.get(i);
                if (line.isInStep() && !line.has(place(i))) {
                    return true;
                }
                entitled &= line.isEntitled(place(i));
            }
            return entitled && !joined.isEmpty();
        }
    }

    private CompletionStage<Void> decide(StoredLease stored, boolean placesStand, Optional<List<Permits>> entitled) {
        List<Hold> mine = new ArrayList<>();
        for (Want want : claim.wants()) {
            Optional<Hold> hold = stored.lease().hold(want.kind(), want.name());
            if (hold.isEmpty()) {
                return holdEnded(stored, want);
            }
            mine.add(hold.get());
        }
        if (mine.stream().allMatch(hold -> hold.state() == State.HELD)) {
            complete(new Acquired.Held(stored, null, true));
            return done();
        }
        if (!placesStand) {
            return lost(stored, mine.get(0));
        }
        Lease.Revocation revoked = stored.lease().revoked();
        if (revoked != null) {
            refuse(Refusals.revoked(stored, revoked));
            return done();
        }
        if (attended && leaving == null && !claim.presence().get().here()) {
            leaving = EndedBy.WITHDRAWN;
        }
        if (entitled.isPresent()
                && leaving != EndedBy.WITHDRAWN
                && !means.admission().isReadOnly()) {
            return grant(stored, entitled.get());
        }
        if (hope) {
            standInLine();
        }
        return leaving == null ? done() : giveUp(stored, mine);
    }

    private CompletionStage<Void> grant(StoredLease stored, List<Permits> permits) {
        Grant grant = Grant.of(means.nodes(), claim, stored, places, permits, true);
        Steps steps = new Steps()
                .add(grant.write(), Meaning.LOOK_AGAIN)
                .addAll(grant.checks(), Meaning.PLACE_GONE)
                .add(grant.record(), Meaning.ENDED);
        Promise promise = Promise.from(means.timers());
        return steps.commit(means.store(), claim.lane()).thenAccept(result -> {
            if (result instanceof Steps.Result.Done done) {
                held(grant, done.outcome().stamp(0), promise);
            } else if (result instanceof Steps.Result.Refused) {
                turn();
            } else {
                means.timers().after(RETRY, this::turn);
            }
        });
    }

    private void held(Grant grant, Stamp stamp, Promise promise) {
        StoredLease now = means.nodes().written(claim.lease(), grant.content(), stamp);
        complete(new Acquired.Held(now, promise.leftMillis(now, means.timers()), true));
    }

    /**
     * Itself as the one to be granted by the transaction that ends the hold before it; empty when it is about something else, its
     * client has gone, or nobody may be granted anything now. It does nothing by itself until it is told what came of it.
     */
    Optional<HandOver.Receiver> receiver() {
        if (claim.wants().size() > 1
                || means.admission().isReadOnly()
                || (attended && !claim.presence().get().here())) {
            return Optional.empty();
        }
        synchronized (this) {
            if (over || busy || leaving != null) {
                return Optional.empty();
            }
            busy = true;
        }
        StoredLease stored = latest();
        Want want = claim.wants().get(0);
        List<Permits> permits;
        synchronized (joined) {
            permits = joined.stream().map(Line::permits).toList();
        }
        boolean queued = !permits.isEmpty()
                && stored.lease().lives()
                && stored.lease().revoked() == null
                && stored.lease()
                        .hold(want.kind(), want.name())
                        .filter(hold -> hold.state() == State.QUEUED)
                        .isPresent();
        if (!queued) {
            idle();
            return Optional.empty();
        }
        return Optional.of(new Pushed(
                Grant.of(means.nodes(), claim, stored, places, permits, false), Promise.from(means.timers())));
    }

    /** The lease as it was last read or written here; if that is no longer true, what begins from it is refused. */
    private StoredLease latest() {
        StoredLease seen = known;
        return means.nodes()
                .recent(claim.lease())
                .filter(written -> written.version() > seen.version())
                .orElse(seen);
    }

    /** This waiter while another's transaction is to grant it. */
    private final class Pushed implements HandOver.Receiver {
        private final Grant grant;
        private final Promise promise;

        Pushed(Grant grant, Promise promise) {
            this.grant = grant;
            this.promise = promise;
        }

        @Override
        public Operation write() {
            return grant.write();
        }

        @Override
        public List<Operation> others() {
            List<Operation> others = new ArrayList<>(grant.checks());
            others.add(grant.record());
            return others;
        }

        @Override
        public void granted(Stamp stamp) {
            held(grant, stamp, promise);
            idle();
        }

        @Override
        public void declined() {
            idle();
            means.timers().after(RETRY, Waiter.this::turn);
            turn();
        }
    }

    /** The wait is over, or the client has gone: the place goes too, unless it is to stay or a later request attends it. */
    private CompletionStage<Void> giveUp(StoredLease stored, List<Hold> mine) {
        EndedBy why = leaving == null ? EndedBy.WAIT_OVER : leaving;
        if (!mine.stream().allMatch(hold -> attendedBy.equals(hold.attendedBy()))) {
            return refuseHeld();
        }
        if (keepsPlace(why)) {
            return unattended(stored);
        }
        How how = How.owner(why, null, claim.actor());
        return end(stored, mine.get(0), how).thenCompose(result -> {
            if (result instanceof Ender.Result.Done) {
                return refuseHeld();
            }
            if (result instanceof Ender.Result.Changed) {
                turn();
                return done();
            }
            return CompletableFuture.failedFuture(Refusals.unavailable());
        });
    }

    /** A place stays when the request said so, or when its client has vanished and knows the id to come back with. */
    private boolean keepsPlace(EndedBy why) {
        return why == EndedBy.WAIT_OVER ? claim.queue() : claim.named() || (claim.chosen() && claim.queue());
    }

    /** Nobody attends the place any more: the lease's own TTL counts from now on. */
    private CompletionStage<Void> unattended(StoredLease stored) {
        Lease content = stored.filled().attended(null, null, claim::isFor);
        Steps steps = new Steps().add(means.nodes().write(stored, content), Meaning.LOOK_AGAIN);
        Promise promise = Promise.from(means.timers());
        return steps.commit(means.store(), claim.lane()).thenCompose(result -> {
            if (result instanceof Steps.Result.Refused) {
                turn();
                return done();
            }
            if (!(result instanceof Steps.Result.Done done)) {
                return CompletableFuture.failedFuture(Refusals.unavailable());
            }
            StoredLease now =
                    means.nodes().written(claim.lease(), content, done.outcome().stamp(0));
            Long valid = promise.leftMillis(now, means.timers());
            complete(new Acquired.Queued(now, valid, positions()));
            return done();
        });
    }

    private List<Integer> positions() {
        synchronized (joined) {
            List<Integer> positions = new ArrayList<>();
            for (int i = 0; i < joined.size(); i++) {
                positions.add(joined.get(i).position(place(i)));
            }
            return positions;
        }
    }

    private CompletionStage<Void> refuseHeld() {
        long waited = TimeUnit.NANOSECONDS.toMillis(means.timers().nanos() - beganAt);
        CompletionStage<List<Refusal>> all = CompletableFuture.completedFuture(List.of());
        for (int i = 0; i < places.size(); i++) {
            Want want = claim.wants().get(i);
            // in several queues at once only those tell that do not grant it
            Optional<Sight> sight;
            synchronized (joined) {
                sight = i < joined.size() && !joined.get(i).isEntitled(place(i))
                        ? joined.get(i).sight(want)
                        : Optional.empty();
            }
            Optional<Place> first = sight.filter(seen -> !seen.isOpen()).flatMap(Sight::first);
            if (first.isPresent() && !first.get().isOfSameHoldAs(place(i))) {
                all = all.thenCombine(
                        waits.heads().refusal(claim.lane(), want, sight.orElseThrow(), waited), Heads::with);
            }
        }
        return all.thenAccept(refusals -> refuse(
                refusals.isEmpty()
                        ? waitOver(waited)
                        : Heads.together(claim.wants().size(), refusals)));
    }

    private Refusal waitOver(long waitedMillis) {
        Want want = claim.wants().get(0);
        String detail = want.name() + " was held by others for all of the wait; it may be free now";
        return Refusal.of(
                        io.tenure.error.ErrorCode.HELD,
                        means.admission()
                                .readOnly()
                                .get()
                                .map(why -> detail + ", but " + why.detail())
                                .orElse(detail))
                .with("kind", want.kind().wire())
                .with("name", want.name().value())
                .with("queueLength", 0)
                .with("waitedMillis", waitedMillis);
    }

    private CompletionStage<Void> lost(StoredLease stored, Hold hold) {
        Want want = claim.wants().get(0);
        String directory = means.nodes().paths().directory(want.kind(), want.name());
        List<Query> queries = List.of(means.nodes().query(claim.lease()), new Query.Children(directory));
        return means.store().read(claim.lane(), queries).thenCompose(found -> {
            int version = means.nodes()
                    .stored(claim.lease(), found.get(0))
                    .map(StoredLease::version)
                    .orElse(-1);
            if (version != stored.version()) {
                turn();
                return done();
            }
            if (claim.wants().size() == 1 && hasPlace(found.get(1))) {
                // this hold was given up, and a later request of the same lease took the name anew: that place is not
                // ours
                return holdEnded(stored, want);
            }
            How how = How.service(EndedBy.LOST, null, "its place in the queue was removed by somebody else");
            return end(stored, hold, how).thenAccept(result -> turn());
        });
    }

    private boolean hasPlace(Found directory) {
        String prefix = Paths.placePrefix(claim.lease());
        return directory instanceof Found.Children children
                && children.names().stream().anyMatch(name -> name.startsWith(prefix));
    }

    /** Ends what this request wanted, and nothing else that the lease may hold. */
    private CompletionStage<Ender.Result> end(StoredLease stored, Hold hold, How how) {
        return claim.wants().size() > 1
                ? means.ender().endLease(claim.lane(), stored, how)
                : means.ender().endHold(claim.lane(), stored, hold, how, null);
    }

    private CompletionStage<Void> holdEnded(StoredLease stored, Want want) {
        refuse(stored.filled()
                .past(want.kind(), want.name())
                .map(past -> Refusals.holdEnded(claim.lease(), past))
                .orElseGet(() -> Refusals.holdUnknown(claim.lease(), want.kind(), want.name())));
        return done();
    }

    private CompletionStage<Void> gone() {
        return means.endings().of(claim.lane(), claim.lease()).thenAccept(fate -> {
            if (fate instanceof Fate.Lives) {
                turn();
            } else {
                refuse(Refusals.notAlive(claim.lease(), fate));
            }
        });
    }

    /** Answers; what was granted while its client was sent away is given back, unless that client knows the id to come back with. */
    private void complete(Acquired acquired) {
        finish();
        if (!answer.complete(acquired) && attended && acquired instanceof Acquired.Held held && !claim.chosen()) {
            How how = How.owner(EndedBy.RELEASED, "its client had been sent away", Actor.SERVICE);
            var unused = means.ender().endLease(claim.lane(), held.lease(), how);
        }
    }

    private void refuse(Refusal refusal) {
        finish();
        answer.completeExceptionally(refusal);
    }

    private void finish() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        leaveLines();
    }

    private Place place(int index) {
        return Place.of(claim.wants().get(index).kind(), places.get(index));
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
