package io.tenure.cli.torture;

import static io.tenure.cli.torture.Tale.ended;
import static io.tenure.cli.torture.Tale.gone;
import static io.tenure.cli.torture.Tale.held;
import static io.tenure.cli.torture.Tale.live;
import static io.tenure.cli.torture.Tale.queued;
import static io.tenure.cli.torture.Tale.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.name.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories written by hand: what can be true passes, and with one thing changed it does not. */
class CheckerTest {
    private static Tale lock() {
        return new Tale(Kind.LOCK);
    }

    private static Tale unlogged() {
        return lock().withoutLog();
    }

    // one holder

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LOCK", "RWLOCK", "ELECTION"})
    void oneAfterTheOtherIsFine(Kind kind) {
        assertThat(new Tale(kind)
                        .take("a", 0, 10, 1)
                        .release("a", 20, 30, 1)
                        .take("b", 5, 25, 2)
                        .release("b", 40, 50, 2)
                        .broken())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LOCK", "RWLOCK", "ELECTION"})
    void twoAtOnceAreNoticed(Kind kind) {
        assertThat(new Tale(kind)
                        .withoutLog()
                        .take("a", 0, 10, 1)
                        .take("b", 5, 15, 2)
                        .release("a", 20, 30, 1)
                        .broken())
                .containsExactly(Rule.EXCLUSION);
    }

    @Test
    void aGrantThatIsAnsweredWhileTheReleaseIsOnItsWayIsFine() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .release("a", 20, 90, 1)
                        .take("b", 5, 21, 2)
                        .broken())
                .isEmpty();
    }

    @Test
    void whoNeverLetsGoIsBelievedUntilItsTtlIsOverCountedFromBeforeItAsked() {
        assertThat(unlogged().take("a", 0, 900, 1).take("b", 950, 999, 2).broken())
                .containsExactly(Rule.EXCLUSION);
        assertThat(unlogged().take("a", 0, 900, 1).take("b", 950, 1_000, 2).broken())
                .isEmpty();
    }

    @Test
    void aRenewalProlongsTheBelief() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .renew("a", 500, 510, live())
                        .take("b", 1_300, 1_400, 2)
                        .broken())
                .containsExactly(Rule.EXCLUSION);
    }

    @Test
    void aRenewalWithoutAnAnswerDoesNot() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .renew("a", 500, 510, Answer.NONE)
                        .take("b", 1_300, 1_400, 2)
                        .broken())
                .isEmpty();
    }

    @Test
    void aRenewalThatSucceedsBehindTheDeadlineShowsThatNobodyElseHeldItInBetween() {
        Tale late = unlogged().take("a", 0, 10, 1).renew("a", 2_000, 2_010, live());

        assertThat(late.broken()).isEmpty();
        assertThat(late.take("b", 1_500, 1_600, 2).release("b", 1_610, 1_620, 2).broken())
                .contains(Rule.EXCLUSION);
    }

    @Test
    void whoWaitedLongerThanItsTtlIsBelievedWhenItHasRenewed() {
        Tale waited = unlogged().take("a", 0, 3_000, 1);

        assertThat(waited.take("b", 3_100, 3_200, 2).broken()).isEmpty();
        assertThat(waited.renew("a", 3_300, 3_310, live()).broken()).containsExactly(Rule.EXCLUSION);
    }

    @Test
    void whoIsToldThatItHasLostBelievesNothingAnyMore() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .call(Verb.REVOKE, "a", Ask.revoke(false), 20, 30, refused(404, "LEASE_UNKNOWN"))
                        .renew("a", 1_100, 1_110, gone("EXPIRED"))
                        .take("b", 1_000, 1_050, 2)
                        .broken())
                .isEmpty();
    }

    @Test
    void whoIsRevokedImmediatelyMayBelieveOn() {
        Tale revoked = unlogged()
                .take("a", 0, 10, 1)
                .call(Verb.REVOKE, "a", Ask.revoke(true), 20, 30, new Answer(200, null, "ENDED", 1, false, "REVOKED"));

        assertThat(revoked.take("b", 25, 40, 2).broken()).isEmpty();
    }

    @Test
    void whoIsRevokedPolitelyIsWaitedFor() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .call(
                                Verb.REVOKE,
                                "a",
                                Ask.revoke(false),
                                20,
                                30,
                                new Answer(202, null, "REVOKING", 0, false, null))
                        .take("b", 25, 40, 2)
                        .broken())
                .containsExactly(Rule.EXCLUSION);
    }

    @Test
    void readersAreBesideEachOtherAndNotBesideAWriter() {
        Tale readers = new Tale(Kind.RWLOCK)
                .withoutLog()
                .asking(true, 0)
                .take("a", 0, 10, 1)
                .take("b", 5, 15, 1);

        assertThat(readers.broken()).isEmpty();
        assertThat(readers.asking(false, 0).take("c", 12, 20, 2).broken()).containsExactly(Rule.EXCLUSION);
    }

    @Test
    void aWriterThatReadsLetsReadersInAndNoWriter() {
        Tale downgraded = new Tale(Kind.RWLOCK)
                .withoutLog()
                .asking(false, 0)
                .take("a", 0, 10, 1)
                .call(Verb.DOWNGRADE, "a", Ask.PLAIN, 20, 30, held(200, 1))
                .asking(true, 0)
                .take("b", 5, 25, 2);

        assertThat(downgraded.broken()).isEmpty();
        assertThat(downgraded.asking(false, 0).take("c", 30, 40, 3).broken()).containsExactly(Rule.EXCLUSION);
    }

    @Test
    void noMorePermitsAreOutThanThereAre() {
        Tale three =
                new Tale(Kind.SEMAPHORE).withoutLog().permits(3).asking(true, 2).take("a", 0, 10, 1);

        assertThat(three.asking(true, 1).take("b", 5, 15, 1).broken()).isEmpty();
        assertThat(three.take("c", 12, 20, 2).broken()).containsExactly(Rule.EXCLUSION);
    }

    // tokens

    @Test
    void aTokenThatGoesBackIsNoticed() {
        assertThat(unlogged()
                        .take("a", 0, 10, 7)
                        .release("a", 20, 30, 7)
                        .take("b", 40, 50, 6)
                        .broken())
                .contains(Rule.TOKENS);
        assertThat(unlogged()
                        .take("a", 0, 10, 7)
                        .release("a", 20, 30, 7)
                        .take("b", 40, 50, 7)
                        .broken())
                .contains(Rule.TOKENS);
    }

    @Test
    void aTokenThatGoesBackForOneWhoWaitedIsNoticedInTheOrderInWhichTheyHeld() {
        assertThat(unlogged()
                        .take("a", 5, 10, 7)
                        .release("a", 20, 30, 7)
                        .take("b", 0, 50, 6)
                        .broken())
                .containsExactly(Rule.TOKENS);
    }

    @Test
    void aReaderSharesATokenAndGetsNoLowerOne() {
        Tale reader = new Tale(Kind.RWLOCK).withoutLog().asking(true, 0).take("a", 0, 10, 7);

        assertThat(reader.take("b", 20, 30, 7).broken()).isEmpty();
        assertThat(reader.take("c", 40, 50, 6).broken()).contains(Rule.TOKENS);
    }

    @Test
    void aRepeatedTakeHasTheSameToken() {
        assertThat(unlogged()
                        .take("a", 0, 10, 7)
                        .take("a", 20, 30, held(200, 7))
                        .broken())
                .isEmpty();
        assertThat(unlogged()
                        .take("a", 0, 10, 7)
                        .take("a", 20, 30, held(200, 8))
                        .broken())
                .containsExactly(Rule.TOKENS);
    }

    @Test
    void twoTokensThatAreCurrentInTurnAreNoticed() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .release("a", 500, 900, Answer.NONE)
                        .take("b", 100, 600, 2)
                        .check("b", 2, 610, 620, true)
                        .check("a", 1, 630, 640, true)
                        .broken())
                .containsExactly(Rule.EXCLUSION);
    }

    @Test
    void aTokenThatIsDeniedWhileItsHolderMayRelyOnItIsNoticed() {
        assertThat(unlogged().take("a", 0, 10, 1).check("a", 1, 20, 30, false).broken())
                .containsExactly(Rule.EARLY);
    }

    // first come, first served

    @Test
    void whoHadItsPlaceBeforeAnotherAskedIsGrantedBefore() {
        Tale queue = unlogged()
                .take("a", 0, 10, queued())
                .take("b", 20, 30, queued())
                .take("a", 40, 60, 1)
                .release("a", 70, 80, 1)
                .take("b", 40, 90, 2);

        assertThat(queue.broken()).isEmpty();
    }

    @Test
    void aJumpedQueueIsNoticed() {
        assertThat(unlogged()
                        .take("a", 0, 10, queued())
                        .take("b", 20, 60, 1)
                        .release("b", 70, 80, 1)
                        .take("a", 40, 90, 2)
                        .broken())
                .containsExactly(Rule.FIFO);
    }

    @Test
    void readersThatAreLetInTogetherMayBeToldInAnyOrder() {
        Tale readers = new Tale(Kind.RWLOCK)
                .withoutLog()
                .asking(true, 0)
                .take("a", 0, 10, queued())
                .take("b", 20, 60, 1)
                .take("a", 40, 90, 2);

        assertThat(readers.broken()).isEmpty();
    }

    @Test
    void aReaderThatPassesAWriterIsNoticed() {
        assertThat(new Tale(Kind.RWLOCK)
                        .withoutLog()
                        .take("a", 0, 10, queued())
                        .asking(true, 0)
                        .take("b", 20, 60, 1)
                        .release("b", 70, 80, 1)
                        .asking(false, 0)
                        .take("a", 40, 90, 2)
                        .broken())
                .containsExactly(Rule.FIFO);
    }

    private static Tale passed(int permits, int first, int second) {
        return new Tale(Kind.SEMAPHORE)
                .permits(permits)
                .asking(true, first)
                .take("a", 0, 10, queued())
                .asking(true, second)
                .take("b", 20, 60, 1)
                .release("b", 70, 80, 1)
                .asking(true, first)
                .take("a", 40, 90, 2);
    }

    @Test
    void whoWantsPermitsIsPassedOnlyByThoseWhoFitBesideIt() {
        assertThat(passed(3, 2, 1).broken()).isEmpty();
        assertThat(passed(3, 3, 1).broken()).containsExactly(Rule.FIFO);
        assertThat(passed(3, 2, 2).broken()).containsExactly(Rule.FIFO);
    }

    @Test
    void whoGaveUpItsPlaceMayBeLater() {
        assertThat(unlogged()
                        .take("a", 0, 10, queued())
                        .take("a", 11, 15, refused(409, "HELD"))
                        .take("b", 20, 60, 1)
                        .release("b", 70, 80, 1)
                        .take("a", 40, 90, 2)
                        .broken())
                .isEmpty();
    }

    @Test
    void whoAnOfficeIsHandedToMayPassOthers() {
        assertThat(new Tale(Kind.ELECTION)
                        .withoutLog()
                        .take("z", -30, -20, 1)
                        .take("a", 0, 10, queued())
                        .take("b", 20, 25, queued())
                        .call(Verb.TRANSFER, "z", Ask.transfer(1, "b", true), 30, 40, live())
                        .take("b", 50, 60, 2)
                        .release("b", 70, 80, 2)
                        .take("a", 50, 90, 3)
                        .broken())
                .isEmpty();
    }

    // never early

    @Test
    void whoIsToldOfItsEndBeforeItCanHaveExpiredHasLostItEarly() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .renew("a", 900, 990, gone("EXPIRED"))
                        .broken())
                .containsExactly(Rule.EARLY);
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .renew("a", 900, 1_000, gone("EXPIRED"))
                        .broken())
                .isEmpty();
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .release("a", 900, 990, gone("LOST"))
                        .broken())
                .containsExactly(Rule.EARLY);
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .take("a", 900, 990, refused(409, "HELD"))
                        .broken())
                .containsExactly(Rule.EARLY);
    }

    @Test
    void aKeptPlaceIsNotLostBeforeItsTimeEither() {
        assertThat(unlogged()
                        .take("a", 0, 10, queued())
                        .take("a", 900, 990, gone("EXPIRED"))
                        .broken())
                .containsExactly(Rule.EARLY);
    }

    @Test
    void whoIsAskedToEndIsDeniedItsRenewals() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .call(Verb.REVOKE, "a", Ask.revoke(false), 20, 30, Answer.NONE)
                        .renew("a", 40, 50, gone("REVOKED"))
                        .check("a", 1, 60, 70, true)
                        .broken())
                .isEmpty();
    }

    // what has ended stays ended

    @Test
    void whoComesLateIsNotLetInAgain() {
        Tale late = unlogged().take("a", 0, 10, 1).release("a", 20, 30, 1);

        assertThat(late.take("a", 40, 50, gone("RELEASED")).broken()).isEmpty();
        assertThat(late.take("a", 60, 70, held(201, 1)).broken()).containsExactly(Rule.ENDED);
    }

    @Test
    void aTokenIsNotCurrentBehindItsEnd() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .release("a", 20, 30, 1)
                        .check("a", 1, 40, 50, true)
                        .broken())
                .containsExactly(Rule.ENDED);
    }

    // each grant and each end, once

    @Test
    void aGrantThatIsNotInTheLogIsNoticed() {
        assertThat(unlogged().take("a", 0, 10, 1).log("QUEUED", "b", 0).broken())
                .containsExactly(Rule.ONCE);
    }

    @Test
    void aGrantThatIsInTheLogTwiceIsNoticed() {
        assertThat(lock().take("a", 0, 10, 1).log(LogEvent.GRANTED, "a", 1).broken())
                .containsExactly(Rule.ONCE);
    }

    @Test
    void aGrantThatWasRefusedIsNoticed() {
        Tale refused = lock().take("a", 0, 10, refused(409, "HELD"));

        assertThat(refused.broken()).isEmpty();
        assertThat(refused.log(LogEvent.GRANTED, "a", 1).broken()).containsExactly(Rule.ONCE);
    }

    @Test
    void aGrantWhoseAnswerWasLostMayBeInTheLogOrNot() {
        Tale lost = lock().take("a", 0, 10, Answer.NONE).log("QUEUED", "b", 0);

        assertThat(lost.broken()).isEmpty();
        assertThat(lost.log(LogEvent.GRANTED, "a", 1).broken()).isEmpty();
    }

    @Test
    void aGrantThatNobodyAskedForIsNoticed() {
        assertThat(lock().log(LogEvent.GRANTED, "a", 1).broken()).containsExactly(Rule.ONCE);
    }

    @Test
    void anEndThatIsNotInTheLogOrTwiceOrOtherwiseIsNoticed() {
        Tale held = unlogged().take("a", 0, 10, 1).release("a", 20, 30, 1).log(LogEvent.GRANTED, "a", 1);
        assertThat(held.broken()).containsExactly(Rule.ONCE);
        assertThat(held.log(LogEvent.ENDED, "a", 1).broken()).isEmpty();
        assertThat(held.log(LogEvent.ENDED, "a", 1).broken()).containsExactly(Rule.ONCE);

        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .release("a", 20, 30, ended(1))
                        .log(LogEvent.GRANTED, "a", 1)
                        .log(LogEvent.ENDED, "a", 1, "EXPIRED")
                        .broken())
                .containsExactly(Rule.ONCE);
    }

    @Test
    void tenuresThatOverlapInTheLogAreNoticed() {
        assertThat(unlogged()
                        .take("a", 0, 10, 1)
                        .release("a", 20, 30, 1)
                        .take("b", 15, 40, 2)
                        .log(LogEvent.GRANTED, "a", 1)
                        .log(LogEvent.GRANTED, "b", 2)
                        .log(LogEvent.ENDED, "a", 1)
                        .broken())
                .containsExactly(Rule.ONCE);
    }
}
