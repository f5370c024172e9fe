package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.client.FakeHttp.Sent;
import io.tenure.client.Loss.Cause;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final LeaseId ID = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
    private static final String RENEW = "/v1/leases/" + ID + "/renew";

    private final FakeTime time = new FakeTime();
    private final FakeHttp http = new FakeHttp();
    private final Engine engine = FakeEngine.over(time, http);
    private final List<Loss> told = new ArrayList<>();

    private Lease lease(int seconds) {
        Lease lease = new Lease(ID, Duration.ofSeconds(seconds), engine, time.nanos(), Duration.ofSeconds(seconds));
        lease.onLost(told::add);
        lease.watch();
        return lease;
    }

    private static String live(int seconds) {
        return "{'state':'LIVE','validForMillis':" + seconds * 1000 + "}";
    }

    @Test
    void itEndsByTheClockBeforeAnythingRuns() {
        Lease lease = lease(10);
        time.leap(Duration.ofMillis(9_989));
        assertThat(lease.isLive()).isTrue();
        assertThat(lease.remaining()).isPositive().isLessThan(Duration.ofMillis(2));
        time.leap(Duration.ofMillis(2));
        assertThat(lease.isLive()).isFalse();
        assertThat(lease.remaining()).isZero();
        assertThat(told).isEmpty();
        time.pass(Duration.ZERO);
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.EXPIRED);
    }

    @Test
    void aRenewalByHandCountsFromWhenItWasSent() {
        Lease lease = lease(10);
        CompletableFuture<Boolean> renewed =
                lease.renewAsync(Duration.ofSeconds(60)).toCompletableFuture();
        time.pass(Duration.ofSeconds(4));
        Sent sent = http.next("POST", RENEW);
        assertThat(sent.body()).isEqualTo("{'ttl':'1m'}");
        sent.answer(200, live(60));
        assertThat(renewed).isCompletedWithValue(true);
        assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(60));
        time.pass(Duration.ofMillis(55_900));
        assertThat(lease.isLive()).isTrue();
        time.pass(Duration.ofMillis(100));
        assertThat(lease.isLive()).isFalse();
    }

    @Test
    void aRenewalByHandIsRepeatedAndCountsFromTheLastTime() {
        Lease lease = lease(10);
        CompletableFuture<Boolean> renewed =
                lease.renewAsync(Duration.ofSeconds(10)).toCompletableFuture();
        time.pass(Duration.ofSeconds(5));
        http.next("POST", RENEW).noAnswer();
        time.pass(Duration.ofMillis(200));
        http.next("POST", RENEW).answer(200, live(10));
        assertThat(renewed).isCompletedWithValue(true);
        assertThat(lease.remaining()).isBetween(Duration.ofMillis(9_700), Duration.ofMillis(9_990));
    }

    @Test
    void aShorterTtlCountsFromSendingEvenIfNobodyAnswers() {
        Lease lease = lease(60);
        var unused = lease.renewAsync(Duration.ofSeconds(5));
        assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(5));
        time.pass(Duration.ofMillis(4_900));
        assertThat(lease.isLive()).isTrue();
        time.pass(Duration.ofMillis(100));
        assertThat(lease.isLive()).isFalse();
        assertThat(told).hasSize(1);
    }

    @Test
    void anAnswerByALongerTtlDoesNotOutlastAShorterOneThatWasAskedForBehindIt() {
        Lease lease = lease(60);
        var unused = lease.renewAsync(Duration.ofSeconds(90));
        time.pass(Duration.ofSeconds(1));
        var unusedToo = lease.renewAsync(Duration.ofSeconds(5));
        http.next("POST", RENEW).answer(200, live(90));
        assertThat(lease.remaining()).isLessThan(Duration.ofSeconds(5));
        assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anAnswerThatWasOvertakenCountsNoMore() {
        Lease lease = lease(10);
        long first = time.nanos();
        time.pass(Duration.ofSeconds(3));
        lease.renewed(time.nanos(), Duration.ofSeconds(10));
        lease.renewed(first, Duration.ofSeconds(10));
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(9_900));
    }

    @Test
    void anAnswerThatComesTooLateRevivesNothing() {
        Lease lease = lease(10);
        CompletableFuture<Boolean> renewed =
                lease.renewAsync(Duration.ofSeconds(10)).toCompletableFuture();
        time.leap(Duration.ofSeconds(10));
        http.next("POST", RENEW).answer(200, live(10));
        assertThat(renewed).isCompletedWithValue(false);
        assertThat(lease.isLive()).isFalse();
        time.pass(Duration.ZERO);
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.EXPIRED);
        assertThat(lease.renewAsync(Duration.ofSeconds(10)).toCompletableFuture())
                .isCompletedWithValue(false);
        assertThat(http.unanswered()).isEmpty();
    }

    @Test
    void aRenewalByHandLearnsThatItIsLost() {
        Lease lease = lease(10);
        CompletableFuture<Boolean> renewed =
                lease.renewAsync(Duration.ofSeconds(10)).toCompletableFuture();
        http.next("POST", RENEW).answer(410, "{'code':'LEASE_ENDED','endedBy':'REVOKED','by':'anna','reason':'drill'}");
        assertThat(renewed).isCompletedWithValue(false);
        assertThat(told)
                .containsExactly(new Loss(Cause.REVOKED, "anna", "drill", "lease " + ID + " has ended: REVOKED"));
    }

    @Test
    void aTtlThatTheServersDoNotAllowIsAFault() {
        Lease lease = lease(10);
        CompletableFuture<Boolean> renewed =
                lease.renewAsync(Duration.ofDays(365)).toCompletableFuture();
        http.next("POST", RENEW).answer(400, "{'code':'INVALID','detail':'ttl: a duration'}");
        assertThat(renewed).isCompletedExceptionally();
        assertThat(lease.isLive()).isTrue();
        assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatIsGivenBackIsNoLossAndLeavesNothingToBeDone() {
        Lease lease = lease(10);
        engine.renewals().keep(lease);
        var unused = lease.releaseAsync();
        assertThat(lease.isLive()).isFalse();
        http.next("DELETE", "/v1/leases/" + ID).answer(200, "{'state':'ENDED'}");
        assertThat(told).isEmpty();
        assertThat(time.waiting()).isZero();
    }

    @Test
    void whoListensLateIsToldToo() {
        Lease lease = lease(10);
        time.pass(Duration.ofSeconds(10));
        List<Loss> late = new ArrayList<>();
        lease.onLost(late::add);
        assertThat(late).isEqualTo(told).hasSize(1);
    }

    @Test
    void aListenerThatFailsKeepsNobodyElseFromBeingTold() {
        Lease lease = new Lease(ID, Duration.ofSeconds(10), engine, time.nanos(), Duration.ofSeconds(10));
        lease.onLost(loss -> {
            throw new IllegalStateException("a listener's fault");
        });
        lease.onLost(told::add);
        lease.watch();
        time.pass(Duration.ofSeconds(10));
        assertThat(told).hasSize(1);
        assertThat(time.thrown()).hasSize(1);
    }
}
