package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.client.FakeHttp.Sent;
import io.tenure.client.Loss.Cause;
import io.tenure.error.ErrorCode;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HoldTest {
    private static final LeaseId ID = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
    private static final String PATH = "/v1/locks/nightly/holds/" + ID;
    private static final String HELD = "{'state':'HELD','fencingToken':7,'validForMillis':29990}";
    private static final String ENDED = "{'state':'ENDED'}";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTime time = new FakeTime();
    private final FakeHttp http = new FakeHttp();
    private final Engine engine = FakeEngine.over(time, http);
    private final Lease lease = new Lease(ID, Duration.ofSeconds(60), engine, time.nanos(), Duration.ofSeconds(60));
    private final Claim claim = Claim.of(engine, Kind.LOCK, new Name("nightly"));
    private final List<Loss> told = new ArrayList<>();

    private Hold hold(boolean own) {
        lease.watch();
        Hold hold = Hold.of(Kind.LOCK, new Name("nightly"), 7, lease, own, engine);
        hold.onLost(told::add);
        return hold;
    }

    @Test
    void aHoldOfItsOwnEndsWithItsLease() {
        Hold hold = hold(true);
        CompletableFuture<Void> released = hold.releaseAsync().toCompletableFuture();
        assertThat(hold.isHeld()).isFalse();
        assertThat(lease.isLive()).isFalse();
        assertThat(hold.remaining()).isZero();
        http.next("DELETE", PATH).answer(200, ENDED);
        assertThat(released).isCompleted();
        assertThat(told).isEmpty();
    }

    @Test
    void aHoldOfASharedLeaseEndsAlone() {
        Hold hold = hold(false);
        var unused = hold.releaseAsync();
        http.next("DELETE", PATH).answer(200, ENDED);
        assertThat(hold.isHeld()).isFalse();
        assertThat(lease.isLive()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void whoReleasesIsToldSoonThatNobodyAnswersAndItIsTriedForAsLongAsItMayBeHeld() {
        for (boolean own : List.of(true, false)) {
            Hold hold = hold(own);
            CompletableFuture<Void> released = hold.releaseAsync().toCompletableFuture();
            for (int i = 0; i < 5; i++) {
                http.next("DELETE", PATH).noAnswer();
                time.pass(Duration.ofSeconds(2));
            }
            time.pass(SECOND);
            assertThatThrownBy(released::get).cause().isInstanceOf(TenureException.class);
            http.next("DELETE", PATH).answer(503, "{'code':'STORE_UNAVAILABLE'}");
            time.pass(Duration.ofSeconds(2));
            http.next("DELETE", PATH).answer(200, ENDED);
            time.pass(Duration.ofMinutes(2));
            assertThat(http.unanswered()).isEmpty();
            if (own) {
                return;
            }
        }
    }

    @Test
    void releasingWhatHasEndedAlreadyIsDone() {
        for (String answer :
                List.of("404 {'code':'LEASE_UNKNOWN'}", "410 {'code':'LEASE_ENDED','endedBy':'EXPIRED'}")) {
            Lease other = new Lease(ID, SECOND, engine, time.nanos(), SECOND);
            CompletableFuture<Void> released = other.releaseAsync().toCompletableFuture();
            http.next().answer(Integer.parseInt(answer.substring(0, 3)), answer.substring(4));
            assertThat(released).isCompleted();
        }
    }

    @Test
    void closingWhatIsLostDoesNotWaitAndTellsTheServersWhoMayNotKnow() {
        Hold hold = hold(true);
        time.pass(Duration.ofSeconds(60));
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.EXPIRED);
        hold.close();
        http.next("DELETE", PATH).answer(410, "{'code':'LEASE_ENDED','endedBy':'EXPIRED'}");
        assertThat(told).hasSize(1);
    }

    @Test
    void whatIsGivenUpUnderASharedLeaseIsGivenBackWhenTheRequestCameBehind() {
        var acquired = claim.under(lease).tryAcquireAsync(SECOND);
        Sent asked = http.next("PUT", PATH);
        assertThat(asked.body()).isEqualTo("{'wait':'1s','queue':false}");
        acquired.cancel(false);
        // ending the lease, as for one of its own, would end what else it holds
        http.next("DELETE", PATH).answer(409, "{'code':'NOT_HOLDER'}");
        asked.answer(201, HELD);
        http.next("DELETE", PATH).answer(200, ENDED);
        assertThat(http.unanswered()).isEmpty();
        assertThat(lease.isLive()).isTrue();
    }

    @Test
    void aNameThatTheLeaseHadBeforeIsTakenByPost() {
        var acquired = claim.under(lease).tryAcquireAsync(SECOND);
        http.next("PUT", PATH).answer(410, "{'code':'HOLD_ENDED','endedBy':'RELEASED'}");
        Sent again = http.next("POST", "/v1/locks/nightly");
        assertThat(again.json().path("lease").asText()).isEqualTo(ID.value());
        again.answer(201, HELD);
        assertThat(acquired.join().orElseThrow().isHeld()).isTrue();
    }

    @Test
    void aPlaceUnderASharedLeaseThatSomebodyRevokedIsNotTakenAgain() {
        CompletableFuture<Hold> acquired = claim.under(lease).acquireAsync();
        Sent asked = http.next("PUT", PATH);
        time.pass(Duration.ofSeconds(25));
        asked.answer(202, "{'state':'QUEUED'}");
        http.next("PUT", PATH).answer(410, "{'code':'HOLD_ENDED','endedBy':'REVOKED','detail':'revoked by anna'}");
        assertThatThrownBy(acquired::get).cause().hasMessageContaining("anna");
    }

    @Test
    void aLeaseThatIsFoundEndedIsLostWithAllItsHolds() {
        Hold hold = hold(false);
        CompletableFuture<Hold> acquired = claim.under(lease).acquireAsync();
        http.next("PUT", PATH).answer(410, "{'code':'LEASE_ENDED','endedBy':'REVOKED','by':'anna'}");
        assertThatThrownBy(acquired::get)
                .cause()
                .isInstanceOfSatisfying(
                        TenureException.class, e -> assertThat(e.code()).contains(ErrorCode.LEASE_ENDED));
        assertThat(hold.isHeld()).isFalse();
        assertThat(told).extracting(Loss::by).containsExactly("anna");
    }

    @Test
    void nothingIsAskedForUnderALeaseThatIsOver() {
        time.leap(Duration.ofSeconds(60));
        CompletableFuture<Hold> acquired = claim.under(lease).acquireAsync();
        assertThatThrownBy(acquired::get).cause().isInstanceOf(TenureException.class);
        assertThat(http.unanswered()).isEmpty();
    }
}
