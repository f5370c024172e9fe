package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several holds of one lease, and what the end of one leaves of the others: what schedules of the simulation once broke. */
class AttachedHoldsTest {
    private static final Thing X = Thing.lock("x");
    private static final Thing Y = Thing.lock("y");
    private static final LeaseId MINE = new LeaseId("00000000-0000-0000-0000-000000000001");
    private static final LeaseId OTHER = new LeaseId("00000000-0000-0000-0000-000000000002");
    private static final Duration TTL = Duration.ofSeconds(30);

    private final TwinCoordination one = TwinCoordination.calm();
    private final TwinCoordination two = one.another("server-2");
    private final Election election = new Election(one.world(), one.store(), one.paths());
    private final TwinAuditLog log = new TwinAuditLog(one.world());
    private final Service service = start(one);
    private final Service second = start(two);

    private Service start(TwinCoordination port) {
        log.steady();
        LockSoftware software = new LockSoftware(one.world(), one.paths(), port, port.machine(), log, 0, false);
        software.stand(new TwinRole(election, port.machine(), port, one.paths()));
        one.settle();
        return software;
    }

    private static Wish wish(
            Thing lock, LeaseId lease, Duration patience, boolean named, @Nullable Long minHoldMillis) {
        return new Wish(lock.share(), null, lease, named, TTL, patience, false, minHoldMillis, null, null);
    }

    private Answer await(CompletionStage<Answer> answer) {
        return one.world().await(answer);
    }

    private CompletionStage<Answer> attach(Service server, Thing lock, Duration patience) {
        return server.attach(wish(lock, MINE, patience, false, null), Presence.ALWAYS);
    }

    private void take(Thing lock, LeaseId lease) {
        Wish wish = wish(lock, lease, Duration.ZERO, true, null);
        assertThat(await(service.acquire(wish, Presence.ALWAYS))).isInstanceOf(Answer.Held.class);
    }

    private List<String> queue(Thing lock) {
        return one.store().children(lock.directory(one.paths()));
    }

    @Test
    void aLeaseThatLivesOnWhenOneOfItsNamesOpensExpiresAtItsTime() {
        await(service.grant(MINE, Duration.ofSeconds(5)));
        await(service.attach(wish(X, MINE, Duration.ZERO, false, 1_000L), Presence.ALWAYS));
        await(service.release(X, MINE));
        assertThat(queue(X)).hasSize(1);
        one.advance(Duration.ofSeconds(3));
        assertThat(queue(X)).isEmpty();
        assertThat(one.store().node(one.paths().lease(MINE))).isPresent();

        one.advance(Duration.ofSeconds(10));

        assertThat(one.store().node(one.paths().lease(MINE))).isEmpty();
    }

    @Test
    void aLeaseDoesNotQueueBehindItsOwnClosedName() {
        await(service.grant(MINE, TTL));
        await(service.attach(wish(X, MINE, Duration.ZERO, false, 10_000L), Presence.ALWAYS));
        await(service.release(X, MINE));

        assertThat(await(attach(service, X, Duration.ofSeconds(5)))).isEqualTo(new Answer.Refused(ErrorCode.CLOSED));
        assertThat(queue(X)).hasSize(1);
    }

    @Test
    void theEndOfAWaitEndsNothingElseThatTheLeaseHolds() {
        take(X, MINE);
        take(Y, OTHER);

        assertThat(await(attach(service, Y, Duration.ofSeconds(1)))).isEqualTo(new Answer.Refused(ErrorCode.HELD));

        assertThat(queue(X)).hasSize(1);
        assertThat(await(service.renew(MINE, null))).isInstanceOf(Answer.Done.class);
    }

    @Test
    void aRequestWithdrawsItsPlaceAlthoughAnotherHoldOfTheLeaseWasGrantedMeanwhile() {
        await(service.grant(MINE, TTL));
        take(X, OTHER);
        take(Y, new LeaseId("00000000-0000-0000-0000-000000000003"));
        CompletionStage<Answer> granted = attach(service, X, Duration.ofSeconds(5));
        CompletionStage<Answer> refused = attach(service, Y, Duration.ofSeconds(5));
        one.settle();
        await(service.release(X, OTHER));

        assertThat(await(granted)).isInstanceOf(Answer.Held.class);
        assertThat(await(refused)).isEqualTo(new Answer.Refused(ErrorCode.HELD));
        assertThat(queue(Y)).hasSize(1);
    }

    @Test
    void aRequestWhosePlaceWasGivenUpLeavesThePlaceOfALaterOneAlone() {
        await(service.grant(MINE, TTL));
        take(X, OTHER);
        CompletionStage<Answer> early = attach(second, X, Duration.ofSeconds(20));
        one.settle();
        two.pause();
        await(service.release(X, MINE));
        CompletionStage<Answer> late = attach(service, X, Duration.ofSeconds(20));
        one.settle();
        two.resume(false);
        one.settle();
        assertThat(early.toCompletableFuture()).isCompletedWithValue(new Answer.Refused(ErrorCode.HOLD_ENDED));
        assertThat(queue(X)).hasSize(2);

        await(service.release(X, OTHER));

        assertThat(await(late)).isInstanceOf(Answer.Held.class);
        assertThat(queue(X)).hasSize(1);
    }

    @Test
    void aTryGivesUpThePlaceThatAnEarlierRequestOfItsLeaseHasLeftBehind() {
        await(service.grant(MINE, TTL));
        take(X, OTHER);
        Connection vanishing = new Connection();
        CompletionStage<Answer> early = service.attach(wish(X, MINE, Duration.ofSeconds(20), true, null), vanishing);
        one.settle();
        vanishing.end();
        assertThat(await(early)).isInstanceOf(Answer.Queued.class);
        assertThat(queue(X)).hasSize(2);

        assertThat(await(attach(service, X, Duration.ZERO))).isEqualTo(new Answer.Refused(ErrorCode.HELD));

        assertThat(queue(X)).hasSize(1);
    }
}
