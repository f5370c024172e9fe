package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.client.FakeHttp.Sent;
import io.tenure.error.ErrorCode;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcquiringTest {
    private static final String PLACE = "/v1/locks/nightly/holds/";
    private static final String HELD = "{'state':'HELD','fencingToken':7,'validForMillis':29990}";
    private static final String QUEUED = "{'state':'QUEUED','position':1,'validForMillis':29990}";
    private static final String RENEWED = "{'state':'LIVE','validForMillis':29990,'holdCount':1}";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTime time = new FakeTime();
    private final FakeHttp http = new FakeHttp();
    private final Engine engine = FakeEngine.over(time, http);
    private final Claim claim = Claim.of(engine, Kind.LOCK, new Name("nightly"));

    private CompletableFuture<Optional<Hold>> acquire(Duration wait) {
        return claim.tryAcquireAsync(wait);
    }

    /** The path of the lease that was asked with last. */
    private static String path(Sent sent) {
        assertThat(sent.request().method()).isEqualTo("PUT");
        assertThat(sent.request().path()).startsWith(PLACE);
        return sent.request().path();
    }

    private static Hold hold(CompletableFuture<Optional<Hold>> acquired) {
        assertThat(acquired).isCompleted();
        return acquired.join().orElseThrow();
    }

    private void nothingIsAsked(Duration meanwhile) {
        time.pass(meanwhile);
        assertThat(http.unanswered()).isEmpty();
    }

    @Test
    void whatIsFreeIsHandedOutAndCountsFromBeforeItWasAskedFor() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        Sent sent = http.next();
        assertThat(sent.body()).isEqualTo("{'owner':'me','wait':'0s','ttl':'30s','queue':false}");
        time.pass(SECOND);
        sent.answer(201, HELD);
        Hold hold = hold(acquired);
        assertThat(hold.fencingToken()).isEqualTo(7);
        assertThat(hold.isHeld()).isTrue();
        assertThat(hold.remaining()).isBetween(Duration.ofMillis(28_900), Duration.ofMillis(28_990));
    }

    @Test
    void whatIsHeldByAnotherIsNoFault() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        http.next().answer(409, "{'code':'HELD'}");
        assertThat(acquired).isCompletedWithValue(Optional.empty());
        nothingIsAsked(SECOND);
    }

    @Test
    void aWaitIsAskedForInPiecesWithTheSameIdUntilItIsOver() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ofSeconds(30));
        Sent first = http.next();
        assertThat(first.body()).contains("'wait':'25s'").contains("'queue':true");
        time.pass(Duration.ofSeconds(25));
        first.answer(202, QUEUED);
        Sent second = http.next("PUT", path(first));
        assertThat(second.body()).contains("'wait':'5s'").contains("'queue':false");
        time.pass(Duration.ofSeconds(5));
        second.answer(409, "{'code':'HELD'}");
        assertThat(acquired).isCompletedWithValue(Optional.empty());
        nothingIsAsked(SECOND);
    }

    @Test
    void aGrantThatWasWaitedForIsRenewedBeforeItIsHandedOut() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ofSeconds(30));
        Sent sent = http.next();
        time.pass(Duration.ofSeconds(20));
        sent.answer(201, HELD);
        assertThat(acquired).isNotDone();
        Sent renewal = http.next();
        assertThat(renewal.toString()).isEqualTo("POST " + path(sent).replace(PLACE, "/v1/leases/") + "/renew");
        renewal.answer(200, RENEWED);
        assertThat(hold(acquired).remaining()).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    void whatWasGrantedBeforeIsRenewedBeforeItIsHandedOut() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        http.next().answer(200, HELD);
        assertThat(acquired).isNotDone();
        http.next().answer(200, RENEWED);
        assertThat(acquired).isCompleted();
    }

    @Test
    void aGrantThatIsFoundEndedWhenItIsConfirmedIsBegunAnew() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ofSeconds(60));
        Sent sent = http.next();
        time.pass(Duration.ofSeconds(20));
        sent.answer(201, HELD);
        http.next().answer(410, "{'code':'LEASE_ENDED','endedBy':'EXPIRED'}");
        time.pass(SECOND);
        assertThat(path(http.next())).isNotEqualTo(path(sent));
        assertThat(acquired).isNotDone();
    }

    @Test
    void aGrantThatIsRevokedBeforeItIsConfirmedIsNotTakenAgain() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ofSeconds(60));
        Sent sent = http.next();
        time.pass(Duration.ofSeconds(20));
        sent.answer(201, HELD);
        http.next().answer(410, "{'code':'LEASE_ENDED','endedBy':'REVOKED','detail':'revoked by anna'}");
        assertThatThrownBy(acquired::get).cause().hasMessageContaining("revoked by anna");
    }

    @Test
    void aRequestThatIsNotAnsweredIsRepeatedWithTheSameIdAndWhatItHadDoneIsConfirmed() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        Sent lost = http.next();
        time.pass(Duration.ofSeconds(5));
        lost.noAnswer();
        assertThat(http.unanswered()).isEmpty();
        time.pass(Duration.ofMillis(100));
        http.next("PUT", path(lost)).answer(200, "{'state':'HELD','fencingToken':7}");
        assertThat(acquired).isNotDone();
        http.next().answer(200, RENEWED);
        assertThat(hold(acquired).fencingToken()).isEqualTo(7);
        assertThat(hold(acquired).remaining()).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    void whatWasAskedForInVainIsTakenBackIfAServerMayStillCarryItOut() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        Sent lost = http.next();
        lost.noAnswer();
        time.pass(Duration.ofMillis(100));
        http.next("PUT", path(lost)).answer(409, "{'code':'HELD'}");
        assertThat(acquired).isCompletedWithValue(Optional.empty());
        http.next("DELETE", path(lost) + "?cancel=true").answer(404, "{'code':'LEASE_UNKNOWN'}");
        nothingIsAsked(Duration.ofMinutes(1));
    }

    @Test
    void whenNoServerAnswersItFailsAndIsTakenBackForAsLongAsItCouldBeHeld() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        String path = path(http.unanswered().get(0));
        int asked = 0;
        while (!acquired.isDone()) {
            http.next("PUT", path).noAnswer();
            time.pass(Duration.ofSeconds(2));
            asked++;
        }
        assertThat(asked).isBetween(5, 12);
        assertThatThrownBy(acquired::get)
                .cause()
                .isInstanceOfSatisfying(
                        TenureException.class, e -> assertThat(e.code()).isEmpty());
        http.next("DELETE", path + "?cancel=true").noAnswer();
        time.pass(Duration.ofSeconds(2));
        http.next("DELETE", path + "?cancel=true").answer(200, "{'state':'ENDED'}");
        nothingIsAsked(Duration.ofMinutes(1));
    }

    @Test
    void whoWaitsForEverOutlastsAnyAbsenceOfTheServers() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        String path = path(http.unanswered().get(0));
        for (int i = 0; i < 1000; i++) {
            http.next("PUT", path).noAnswer();
            time.pass(Duration.ofSeconds(2));
        }
        http.next("PUT", path).answer(503, "{'code':'STORE_UNAVAILABLE'}");
        time.pass(Duration.ofSeconds(2));
        http.next("PUT", path).answer(201, HELD);
        http.next().answer(200, RENEWED);
        assertThat(acquired).isCompleted();
    }

    @Test
    void aClusterThatIsReadOnlyIsAskedUntilItIsSoNoMoreOrTheWaitIsOver() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ofSeconds(60));
        String path = path(http.unanswered().get(0));
        for (int i = 0; i < 20; i++) {
            http.next("PUT", path).answer(503, "{'code':'READ_ONLY'}");
            time.pass(Duration.ofSeconds(2));
        }
        http.next("PUT", path).answer(201, HELD);
        http.next().answer(200, RENEWED);
        assertThat(hold(acquired).isHeld()).isTrue();

        CompletableFuture<Optional<Hold>> inVain = acquire(Duration.ofSeconds(10));
        while (!inVain.isDone()) {
            http.next().answer(503, "{'code':'READ_ONLY'}");
            time.pass(Duration.ofSeconds(2));
        }
        assertThatThrownBy(inVain::get)
                .cause()
                .isInstanceOfSatisfying(
                        TenureException.class, e -> assertThat(e.code()).contains(ErrorCode.READ_ONLY));
    }

    @Test
    void aPlaceThatExpiredWhileTheServersWereAwayIsTakenAnewWithAnotherId() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        Sent first = http.next();
        time.pass(Duration.ofSeconds(25));
        first.answer(202, QUEUED);
        http.next("PUT", path(first)).answer(410, "{'code':'LEASE_ENDED','endedBy':'EXPIRED'}");
        time.pass(SECOND);
        Sent anew = http.next();
        assertThat(path(anew)).isNotEqualTo(path(first));
        anew.answer(201, HELD);
        assertThat(acquired).isCompleted();
    }

    @Test
    void aPlaceThatSomebodyRevokedIsNotTakenAgain() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        http.next().answer(410, "{'code':'LEASE_ENDED','endedBy':'REVOKED','detail':'revoked by anna'}");
        assertThatThrownBy(acquired::get)
                .cause()
                .isInstanceOfSatisfying(
                        TenureException.class, e -> assertThat(e.code()).contains(ErrorCode.LEASE_ENDED));
        nothingIsAsked(Duration.ofMinutes(1));
    }

    @Test
    void aLimitIsWaitedForAsLongAsTheServerSays() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        Sent first = http.next();
        first.answer(429, "{'code':'QUEUE_FULL'}", Duration.ofSeconds(4));
        nothingIsAsked(Duration.ofMillis(1_990));
        time.pass(Duration.ofSeconds(2));
        http.next("PUT", path(first)).answer(201, HELD);
        assertThat(acquired).isCompleted();
    }

    @Test
    void aRefusalIsToldWithItsCodeAndTakesNothingBack() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ZERO);
        http.next().answer(400, "{'code':'INVALID','detail':'ttl: a duration','instance':'urn:uuid:1'}");
        assertThatThrownBy(acquired::get)
                .cause()
                .hasMessage("ttl: a duration (urn:uuid:1)")
                .isInstanceOfSatisfying(
                        TenureException.class, e -> assertThat(e.code()).contains(ErrorCode.INVALID));
        nothingIsAsked(Duration.ofMinutes(1));
    }

    @Test
    void serversThatAllowShorterWaitsAreAskedForThose() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        http.next().answer(400, "{'code':'INVALID','field':'wait'}");
        assertThat(http.next().body()).contains("'wait':'12500ms'").contains("'queue':true");
        assertThat(acquired).isNotDone();
        var unused = claim.acquireAsync();
        assertThat(http.next().body()).contains("'wait':'12500ms'");
    }

    @Test
    void anAnswerThatIsNotOfOurServersIsNone() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        Sent sent = http.next();
        sent.answer(200, "");
        assertThat(acquired).isNotDone();
        assertThat(http.unanswered()).isEmpty();
        time.pass(SECOND);
        http.next("PUT", path(sent)).answer(201, HELD);
        http.next().answer(404, "");
        assertThatThrownBy(acquired::get).cause().hasMessageContaining("404");
        http.next("DELETE", path(sent) + "?cancel=true");
    }

    @Test
    void aServerThatDoesNotWaitIsNotAskedWithoutPause() {
        var unused = claim.acquireAsync();
        http.next().answer(202, QUEUED);
        assertThat(http.unanswered()).isEmpty();
        time.pass(Duration.ofMillis(60));
        http.next().answer(202, QUEUED);
        nothingIsAsked(Duration.ofMillis(20));
    }

    @Test
    void aHungServerIsLeftBeforeThePlaceEnds() {
        var unused = claim.ttl(Duration.ofSeconds(3)).acquireAsync();
        assertThat(http.next().request().timeout()).isEqualTo(Duration.ofSeconds(26));
    }

    @Test
    void cancellingTakesThePlaceBack() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        Sent sent = http.next();
        acquired.cancel(false);
        http.next("DELETE", path(sent) + "?cancel=true").answer(200, "{'state':'ENDED'}");
        sent.answer(410, "{'code':'LEASE_ENDED','endedBy':'WITHDRAWN'}");
        nothingIsAsked(Duration.ofMinutes(1));
    }

    @Test
    void whoGivesUpByATimeoutOfTheirOwnTakesThePlaceBackToo() {
        CompletableFuture<Optional<Hold>> acquired = acquire(Duration.ofSeconds(30));
        Sent sent = http.next();
        acquired.complete(Optional.empty());
        http.next("DELETE", path(sent) + "?cancel=true");
        sent.answer(201, HELD);
        nothingIsAsked(Duration.ofSeconds(20));
    }

    @Test
    void whatIsGrantedToSomebodyWhoHasGivenUpIsNotRenewed() {
        CompletableFuture<Hold> acquired = claim.acquireAsync();
        Sent sent = http.next();
        acquired.cancel(false);
        Sent undo = http.next("DELETE", path(sent) + "?cancel=true");
        sent.answer(201, HELD);
        undo.answer(200, "{'state':'ENDED'}");
        nothingIsAsked(Duration.ofMinutes(1));
    }

    @Test
    void closingTheClientFailsWhoWaitsAndTakesThePlaceBack() {
        CompletableFuture<Hold> waiting = claim.acquireAsync();
        Sent sent = http.next();
        CompletableFuture<Optional<Hold>> pausing = acquire(SECOND);
        Sent unanswered = http.next();
        unanswered.noAnswer();

        var closed = engine.calls().close().toCompletableFuture();
        time.close();

        assertThatThrownBy(waiting::get).cause().hasMessageContaining("closed");
        assertThatThrownBy(pausing::get).cause().hasMessageContaining("closed");
        assertThat(http.unanswered())
                .extracting(Sent::toString)
                .containsExactlyInAnyOrder(
                        "DELETE " + path(sent) + "?cancel=true", "DELETE " + path(unanswered) + "?cancel=true");
        assertThat(closed).isNotDone();
        http.next().answer(200, "{'state':'ENDED'}");
        http.next().noAnswer();
        assertThat(closed).isDone();
        assertThatThrownBy(acquire(SECOND)::get).cause().hasMessageContaining("closed");
    }

    @Test
    void whatIsGrantedInTheMomentOfAnInterruptionIsGivenBack() {
        CompletableFuture<String> future = new CompletableFuture<>() {
            @Override
            public String get() throws InterruptedException {
                complete("granted");
                throw new InterruptedException();
            }
        };
        CompletableFuture<String> given = new CompletableFuture<>();
        assertThatThrownBy(() -> Waiting.interruptibly(future, given::complete))
                .isInstanceOf(InterruptedException.class);
        assertThat(given).isCompletedWithValue("granted");
    }

    @Test
    void anInterruptedWaitIsTakenBack() {
        CompletableFuture<Optional<Hold>> acquired = acquire(SECOND);
        Sent sent = http.next();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Waiting.interruptibly(acquired, granted -> {}))
                .isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> acquired.get(0, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        http.next("DELETE", path(sent) + "?cancel=true");
    }
}
