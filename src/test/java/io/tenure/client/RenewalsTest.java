package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tenure.client.FakeHttp.Sent;
import io.tenure.client.Loss.Cause;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenewalsTest {
    /** What leases that are due together wait for each other. */
    private static final Duration GATHER = Duration.ofMillis(20);

    private final FakeTime time = new FakeTime();
    private final FakeHttp http = new FakeHttp();
    private final Engine engine = FakeEngine.over(time, http);
    private final List<Loss> told = new ArrayList<>();
    private final List<Duration> toldAt = new ArrayList<>();
    private final long begun = time.nanos();

    private Lease kept(int seconds) {
        Duration ttl = Duration.ofSeconds(seconds);
        Lease lease = new Lease(LeaseId.make(time.wallMillis()), ttl, engine, time.nanos(), ttl);
        lease.onLost(loss -> {
            told.add(loss);
            toldAt.add(passed());
        });
        lease.watch();
        engine.renewals().keep(lease);
        return lease;
    }

    private Duration passed() {
        return Duration.ofNanos(time.nanos() - begun);
    }

    private Sent renewal() {
        return http.next("POST", "/v1/leases/renew");
    }

    private static String live(int seconds) {
        return "{'items':[" + item(seconds) + "]}";
    }

    private static String item(int seconds) {
        return "{'state':'LIVE','validForMillis':" + seconds * 1000 + ",'holdCount':1}";
    }

    @Test
    void itIsRenewedAThirdOfItsTtlAfterTheLastRequestWasSent() {
        Lease lease = kept(30);
        time.pass(Duration.ofMillis(9_999));
        assertThat(http.unanswered()).isEmpty();
        time.pass(GATHER.plusMillis(1));
        Sent first = renewal();
        assertThat(first.body()).isEqualTo("{'leases':['" + lease.id() + "']}");
        time.pass(Duration.ofSeconds(2));
        first.answer(200, live(30));
        assertThat(lease.remaining()).isBetween(Duration.ofMillis(27_900), Duration.ofMillis(28_000));
        time.pass(Duration.ofMillis(7_990));
        assertThat(http.unanswered()).isEmpty();
        time.pass(GATHER.plus(GATHER));
        renewal().answer(200, live(30));
        assertThat(lease.isLive()).isTrue();
    }

    @Test
    void leasesThatAreDueTogetherShareOneRequestAndAreToldEachItsOwn() {
        Lease one = kept(30);
        time.pass(Duration.ofMillis(5));
        Lease other = kept(30);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, "{'items':[{'state':'ENDED','endedBy':'EXPIRED'}," + item(30) + "]}");
        assertThat(http.unanswered()).isEmpty();
        assertThat(one.isLive()).isFalse();
        assertThat(other.isLive()).isTrue();
    }

    @Test
    void oneRequestHasAtMostFiveHundred() {
        IntStream.range(0, 501).forEach(i -> kept(30));
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        assertThat(http.unanswered()).hasSize(2);
        assertThat(renewal().json().path("leases")).hasSize(500);
        assertThat(renewal().json().path("leases")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRED,EXPIRED",
        "REVOKED,REVOKED",
        "TRANSFERRED,REVOKED",
        "LOST,LOST",
        "UNKNOWN,LOST",
        "RELEASED,RELEASED",
        "RESIGNED,RELEASED"
    })
    void howItEndedIsToldAtOnceWhoeverEndedIt(String endedBy, Cause cause) {
        Lease lease = kept(30);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, "{'items':[{'state':'ENDED','endedBy':'" + endedBy + "','by':'anna','reason':'drill'}]}");
        assertThat(lease.isLive()).isFalse();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).cause()).isEqualTo(cause);
        assertThat(told.get(0).by()).isEqualTo("anna");
        assertThat(told.get(0).reason()).isEqualTo("drill");
        time.pass(Duration.ofMinutes(1));
        assertThat(http.unanswered()).isEmpty();
        assertThat(told).hasSize(1);
    }

    @Test
    void aLeaseThatTheServersHaveNeverSeenIsLost() {
        var unused = kept(30);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, "{'items':[{'state':'UNKNOWN'}]}");
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.LOST);
    }

    @Test
    void silenceIsTriedUntilTheDeadlineAndThenItIsLost() {
        Lease lease = kept(30);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        int tries = 0;
        while (lease.isLive()) {
            if (!http.unanswered().isEmpty()) {
                renewal().noAnswer();
                tries++;
            }
            time.pass(Duration.ofMillis(100));
        }
        assertThat(tries).isGreaterThan(10);
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.UNREACHABLE);
        // a server that had taken the grant when it was sent would let another in after 30 s and the grace
        assertThat(toldAt.get(0)).isBetween(Duration.ofMillis(29_900), Duration.ofMillis(29_999));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "503 {'code':'STORE_UNAVAILABLE'}",
                "500 {'code':'INTERNAL'}",
                "429 {'code':'QUOTA'}",
                "404 <html>",
                "200 <html>",
                "200 {'items':[{'state':'UNAVAILABLE'}]}",
                "200 {'items':[]}"
            })
    void whatDoesNotTellIsTriedAgainAndAnAnswerBeforeTheDeadlineSavesIt(String answer) {
        Lease lease = kept(3);
        time.pass(Duration.ofSeconds(1).plus(GATHER));
        String body = answer.substring(4);
        for (int i = 0; i < 5; i++) {
            renewal().answer(Integer.parseInt(answer.substring(0, 3)), body.startsWith("{") ? body : "");
            time.pass(Duration.ofMillis(330));
        }
        assertThat(lease.isLive()).isTrue();
        renewal().answer(200, live(3));
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(2_500));
        time.pass(Duration.ofMillis(500));
        assertThat(told).isEmpty();
    }

    @Test
    void aServerThatHangsIsLeftForAnotherWhileThereIsTimeAndItsLateAnswerCounts() {
        Lease lease = kept(4);
        time.pass(Duration.ofMillis(1_334).plus(GATHER));
        Sent hangs = renewal();
        assertThat(http.others()).isZero();
        time.pass(Duration.ofMillis(667));
        assertThat(http.others()).isEqualTo(1);
        time.pass(Duration.ofMillis(400));
        Sent second = renewal();
        hangs.answer(200, live(4));
        assertThat(lease.remaining()).isBetween(Duration.ofMillis(2_900), Duration.ofMillis(2_940));
        second.answer(200, live(4));
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(3_500));
        // one chain of renewals goes on, not two
        time.pass(Duration.ofMillis(1_500));
        assertThat(http.unanswered()).hasSize(1);
    }

    @Test
    void aProcessThatWasStoppedLearnsThatItExpired() {
        Lease lease = kept(30);
        time.leap(Duration.ofSeconds(31));
        assertThat(lease.isLive()).isFalse();
        time.pass(Duration.ofSeconds(1));
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.EXPIRED);
        assertThat(http.unanswered()).isEmpty();
    }

    @Test
    void theLongestTimeEndsItThoughItIsRenewed() {
        Lease lease = kept(30);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, live(12));
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, live(2));
        time.pass(Duration.ofMillis(1_900));
        assertThat(lease.isLive()).isTrue();
        time.pass(Duration.ofMillis(100));
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.EXPIRED);
    }

    @Test
    void anAnswerThatNothingIsLeftIsTheEnd() {
        Lease lease = kept(30);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, live(0));
        assertThat(lease.isLive()).isFalse();
        assertThat(told).extracting(Loss::cause).containsExactly(Cause.EXPIRED);
    }

    private Hold held(Lease lease, String name, int token) {
        Hold hold = Hold.of(Kind.LOCK, new Name(name), token, lease, false, engine);
        hold.onLost(told::add);
        return hold;
    }

    @Test
    void oneOfSeveralHoldsThatIsEndedAloneIsFoundAndToldWhileTheOthersStand() {
        Lease lease = kept(30);
        Hold revoked = held(lease, "a", 7);
        Hold stands = held(lease, "b", 8);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, live(30));
        String path = "/v1/locks/%s/holds/" + lease.id();
        for (int i = 0; i < 2; i++) {
            Sent look = http.next();
            if (look.toString().equals("GET " + path.formatted("a"))) {
                look.answer(410, "{'code':'HOLD_ENDED','endedBy':'REVOKED','by':'anna','reason':'drill'}");
            } else {
                assertThat(look.toString()).isEqualTo("GET " + path.formatted("b"));
                look.answer(200, "{'state':'HELD','fencingToken':8}");
            }
        }
        assertThat(revoked.isHeld()).isFalse();
        assertThat(stands.isHeld()).isTrue();
        assertThat(lease.isLive()).isTrue();
        assertThat(told).extracting(Loss::cause, Loss::by).containsExactly(tuple(Cause.REVOKED, "anna"));
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, live(30));
        assertThat(http.unanswered()).isEmpty();
    }

    @Test
    void aHoldThatWasGrantedBehindTheRenewalIsNotMissed() {
        Lease lease = kept(30);
        Hold before = held(lease, "a", 7);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        time.pass(Duration.ofMillis(1));
        Hold behind = held(lease, "b", 8);
        renewal().answer(200, live(30));
        assertThat(http.unanswered()).isEmpty();
        assertThat(before.isHeld()).isTrue();
        assertThat(behind.isHeld()).isTrue();
    }

    @Test
    void theEndOfALeaseIsTheEndOfAllItsHoldsEachToldOnce() {
        Lease lease = kept(30);
        Hold one = held(lease, "a", 7);
        Hold other = held(lease, "b", 8);
        time.pass(Duration.ofSeconds(10).plus(GATHER));
        renewal().answer(200, "{'items':[{'state':'ENDED','endedBy':'REVOKED'}]}");
        assertThat(one.isHeld()).isFalse();
        assertThat(other.isHeld()).isFalse();
        assertThat(told).hasSize(3);
        Hold late = held(lease, "c", 9);
        assertThat(late.isHeld()).isFalse();
        assertThat(told).hasSize(4);
    }
}
