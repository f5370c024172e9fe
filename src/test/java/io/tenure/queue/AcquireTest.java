package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.audit.Actor;
import io.tenure.audit.History;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Abandoned;
import io.tenure.lease.Admission;
import io.tenure.lease.Ender;
import io.tenure.lease.Endings;
import io.tenure.lease.Hanging;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lease.Recent;
import io.tenure.lease.Renewals;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.lease.Watching;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.simulation.TwinCoordination;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Taking a lock over the in-memory twin: how many writes it costs, and what is left behind. */
class AcquireTest {
    private static final Limits LIMITS = new Limits(
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            Duration.ofMillis(500),
            null,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            3,
            100_000,
            500_000,
            500,
            2_000,
            16,
            64,
            64 * 1024,
            4 * 1024,
            100_000);
    private static final Name NAME = new Name("nightly");

    private final TwinCoordination store = TwinCoordination.calm();
    private final AtomicLong numbers = new AtomicLong();
    private final Hanging hanging = new Hanging();
    private final Acquire acquire;
    private final Leases leases;

    AcquireTest() {
        LeaseNodes nodes =
                new LeaseNodes(store, store.paths(), "s1", 0, new Recent(store.timers(), LIMITS.endedMemory()));
        Ender ender = new Ender(nodes);
        History history = lease -> CompletableFuture.completedFuture(new History.Answer.NotFound());
        Endings endings = new Endings(nodes, history);
        Abandoned abandoned = new Abandoned(nodes, ender, store.timers(), Duration.ofSeconds(10));
        Admission admission = new Admission(LIMITS, () -> 0, () -> 0, () -> 0, Optional::empty, Optional::empty);
        Renewals renewals = new Renewals(nodes, ender, endings, LIMITS, store.timers());
        Means means = new Means(
                nodes,
                ender,
                endings,
                renewals,
                abandoned,
                hanging,
                admission,
                store.timers(),
                new Freed(),
                this::nonce);
        acquire = new Acquire(means, "s1");
        leases = new Leases(
                nodes,
                ender,
                endings,
                abandoned,
                new Watching(nodes, store.timers(), hanging),
                admission,
                store.timers(),
                this::nonce);
    }

    private String nonce() {
        return "n" + numbers.incrementAndGet();
    }

    private LeaseId newLease() {
        return new LeaseId(new UUID(0, numbers.incrementAndGet()).toString());
    }

    private Claim claim(LeaseId lease, boolean named, Duration patience, boolean queue) {
        return new Claim(
                lease,
                named,
                named,
                List.of(Want.of(Kind.LOCK, NAME)),
                new Terms(Duration.ofSeconds(30), "a", null, Map.of()),
                patience,
                queue,
                Actor.SERVICE,
                () -> Presence.ALWAYS);
    }

    private Acquired take(LeaseId lease, boolean named) {
        return await(acquire.acquire(claim(lease, named, Duration.ZERO, false)));
    }

    private <T> T await(CompletionStage<T> stage) {
        return store.world().await(stage);
    }

    /** The number of the last transaction that anybody has tried, found by trying another. */
    private long lastWrite() {
        Outcome outcome = await(store.commit(
                "count", List.of(new Operation.Create("/count-" + nonce(), new byte[0], Operation.Mode.CONTAINER))));
        return ((Outcome.Done) outcome).stamp(0).czxid();
    }

    private static ErrorCode code(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Refusal refusal ? refusal.code() : ErrorCode.INTERNAL;
    }

    @Test
    void anEmptyQueueIsTakenByOneWrite() {
        long before = lastWrite();

        Acquired taken = take(newLease(), false);

        assertThat(taken).isInstanceOf(Acquired.Held.class);
        assertThat(lastWrite() - before).isEqualTo(2);
    }

    @Test
    void aReleaseGrantsWhoeverComesNextInTheSameWrite() {
        LeaseId first = newLease();
        take(first, false);
        CompletionStage<Acquired> next = acquire.acquire(claim(newLease(), false, Duration.ofSeconds(5), false));
        store.world().advance(Duration.ofMillis(500));
        long before = lastWrite();

        await(leases.releaseHold(Kind.LOCK, NAME, first, null, Actor.SERVICE));

        assertThat(next.toCompletableFuture()).isCompleted();
        assertThat(await(next)).isInstanceOf(Acquired.Held.class);
        assertThat(lastWrite() - before).isEqualTo(2);
    }

    @Test
    void aLockThatIsGrantedToOneWhoWasSentAwayIsGivenBack() {
        LeaseId first = newLease();
        take(first, false);
        CompletionStage<Acquired> next = acquire.acquire(claim(newLease(), false, Duration.ofSeconds(5), false));
        store.world().advance(Duration.ofMillis(500));

        var released = leases.releaseHold(Kind.LOCK, NAME, first, null, Actor.SERVICE);
        hanging.stop();
        await(released);
        store.world().advance(Duration.ofSeconds(1));

        assertThatThrownBy(() -> await(next))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.SERVER_STOPPING));
        assertThat(take(newLease(), false)).isInstanceOf(Acquired.Held.class);
    }

    @Test
    void aQueueThatHasBeenUsedBeforeIsTakenByOneWriteToo() {
        LeaseId first = newLease();
        take(first, false);
        await(leases.releaseHold(Kind.LOCK, NAME, first, null, Actor.SERVICE));
        long before = lastWrite();

        take(newLease(), false);

        assertThat(lastWrite() - before).isEqualTo(2);
    }

    @Test
    void aRefusedTryTakesNoWriteAtAll() {
        take(newLease(), false);
        long before = lastWrite();

        assertThatThrownBy(() -> take(newLease(), false))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.HELD));

        assertThat(lastWrite() - before).isEqualTo(1);
    }

    @Test
    void aRepeatedPutHasTheSameTokenAndChangesNothing() {
        LeaseId lease = newLease();
        Acquired first = take(lease, true);
        long before = lastWrite();

        Acquired again = take(lease, true);

        assertThat(again.lease().token(again.lease().lease().holds().get(0)))
                .isEqualTo(first.lease().token(first.lease().lease().holds().get(0)));
        assertThat(again.lease().version()).isEqualTo(first.lease().version());
        // one that only checks: the answer is in the order of all writes
        assertThat(lastWrite() - before).isEqualTo(2);
    }

    @Test
    void aQueueThatIsFullRefusesMore() {
        take(newLease(), false);
        for (int i = 0; i < 3; i++) {
            await(acquire.acquire(claim(newLease(), true, Duration.ZERO, true)));
        }

        assertThatThrownBy(() -> await(acquire.acquire(claim(newLease(), true, Duration.ofSeconds(5), false))))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.QUEUE_FULL));
    }

    @Test
    void noViewStaysOpenWhereNobodyWaits() {
        LeaseId first = newLease();
        take(first, false);
        CompletionStage<Acquired> waiting = acquire.acquire(claim(newLease(), false, Duration.ofSeconds(20), false));
        store.settle();
        assertThat(acquire.views()).isEqualTo(1);

        await(leases.releaseHold(Kind.LOCK, NAME, first, null, Actor.SERVICE));
        assertThat(await(waiting)).isInstanceOf(Acquired.Held.class);
        store.advance(Duration.ofSeconds(3));

        assertThat(acquire.views()).isZero();
    }

    @Test
    void whoKeepsANameClosedDoesNotTakeItAnewWhenItsPlaceIsGone() {
        LeaseId lease = newLease();
        await(leases.grant(lease, false, new Terms(Duration.ofSeconds(30), "a", null, Map.of()), Actor.SERVICE));
        Want want = new Want(Kind.LOCK, NAME, null, null, 20_000L, null, null, null, null);
        await(acquire.acquire(attaching(lease, want)));
        await(leases.releaseHold(Kind.LOCK, NAME, lease, null, Actor.SERVICE));
        acquire.released(Kind.LOCK, NAME);
        // a stranger, who may be any native client, removes what keeps it closed
        String place = store.paths().directory(Kind.LOCK, NAME) + "/" + Paths.placePrefix(Kind.LOCK, null, lease)
                + Paths.sequence(0);
        assertThat(await(store.commit("x", List.of(new Operation.Delete(place, -1)))))
                .isInstanceOf(Outcome.Done.class);

        assertThatThrownBy(() -> await(acquire.acquire(attaching(lease, Want.of(Kind.LOCK, NAME)))))
                .satisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.CLOSED));
    }

    private Claim attaching(LeaseId lease, Want want) {
        return new Claim(
                lease, false, true, List.of(want), null, Duration.ZERO, false, Actor.SERVICE, () -> Presence.ALWAYS);
    }
}
