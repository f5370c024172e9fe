package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a candidate's listener is told, in what order, and when, on a clock that the test moves. */
class CandidacyTest {
    private static final Duration TTL = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime();
    private final Office office = new Office(TTL);
    private final Engine engine = FakeEngine.over(time, office);
    private final Election election = election(engine);
    private final List<String> told = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();

    static Election election(Engine engine) {
        Streams none = (path, lastSeen, sink) -> {
            throw new AssertionError("no stream is asked for here");
        };
        return Election.of(engine, none, new Name("reports")).ttl(TTL);
    }

    /** Says what it is told, and what the server was asked for by then. */
    private class Told implements Election.Listener {
        @Override
        public void onElected(Term term) {
            told.add("elected " + term.fencingToken() + (term.isCurrent() ? "" : ", over already"));
        }

        @Override
        public void onDeposed(Loss loss) {
            told.add("deposed " + loss.cause() + " behind " + office.asked().size() + " requests");
            losses.add(loss);
        }
    }

    @Test
    void whoIsRevokedIsToldAndStandsAgain() {
        Candidacy candidacy = election.campaign(new Told());
        assertThat(candidacy.isLeader()).isFalse();
        time.settle();
        assertThat(candidacy.isLeader()).isTrue();
        assertThat(candidacy.term().map(Term::fencingToken)).contains(1L);

        office.revoke();
        time.pass(TTL.dividedBy(2));

        assertThat(told).containsExactly("elected 1", "deposed REVOKED behind 1 requests", "elected 2");
        assertThat(losses.get(0).by()).isEqualTo("anna");
        assertThat(losses.get(0).reason()).isEqualTo("drill");
        // the office is given back, so that whoever was to follow does so at once
        assertThat(office.asked())
                .containsExactly(
                        "PUT /v1/elections/reports/candidates/*",
                        "DELETE /v1/elections/reports/candidates/*",
                        "PUT /v1/elections/reports/candidates/*");
    }

    @Test
    void whoCannotReachAnybodyIsToldAtItsOwnDeadline() {
        Candidacy candidacy = election.campaign(new Told());
        time.settle();
        time.pass(Duration.ofSeconds(60));
        assertThat(told).hasSize(1);

        office.silent(true);
        long silentSince = time.nanos();
        while (candidacy.isLeader()) {
            time.pass(Duration.ofMillis(1));
        }

        assertThat(told).hasSize(2).last().asString().startsWith("deposed UNREACHABLE");
        assertThat(Duration.ofNanos(time.nanos() - silentSince)).isLessThanOrEqualTo(TTL);
        time.pass(Duration.ofSeconds(60));
        assertThat(told).hasSize(2);

        office.silent(false);
        office.revoke();
        time.pass(Duration.ofSeconds(5));
        assertThat(told).hasSize(3).last().isEqualTo("elected 2");
    }

    @Test
    void whoWasStoppedForTooLongKnowsItBeforeItIsTold() {
        Candidacy candidacy = election.campaign(new Told());
        time.settle();

        time.leap(TTL);
        assertThat(candidacy.isLeader()).isFalse();
        assertThat(told).hasSize(1);
        time.settle();
        assertThat(told).hasSizeGreaterThan(1).element(1).asString().startsWith("deposed EXPIRED");
    }

    @Test
    void whoResignsIsToldBeforeTheOfficeIsGivenBack() {
        Candidacy candidacy = election.campaign(new Told());
        time.settle();

        var resigned = candidacy.resignAsync().toCompletableFuture();
        assertThat(candidacy.isLeader()).isFalse();
        assertThat(resigned).isNotDone();
        time.settle();

        assertThat(resigned).isCompleted();
        assertThat(told).containsExactly("elected 1", "deposed RELEASED behind 1 requests", "elected 2");
        assertThat(candidacy.isLeader()).isTrue();
        assertThat(candidacy.resignAsync().toCompletableFuture()).isNotDone();
    }

    @Test
    void theLeaseIsKeptUntilTheListenerHasStoppedItsWork() {
        Candidacy candidacy = election.campaign(new Election.Listener() {
            @Override
            public void onElected(Term term) {
                told.add("elected");
            }

            @Override
            public void onDeposed(Loss loss) {
                time.pass(TTL.multipliedBy(3));
                told.add("stopped behind " + office.asked().size() + " requests");
            }
        });
        time.settle();
        Lease lease = candidacy.term().orElseThrow().lease();

        var unused = candidacy.resignAsync();
        assertThat(lease.isLive()).isTrue();
        time.settle();

        assertThat(told).startsWith("elected", "stopped behind 1 requests");
        assertThat(lease.isLive()).isFalse();
    }

    @Test
    void aCandidacyForOneTermEndsWithIt() {
        Candidacy candidacy = election.campaignOnce(new Told());
        time.settle();
        office.revoke();
        time.pass(Duration.ofSeconds(60));

        assertThat(told).hasSize(2);
        assertThat(candidacy.ended().toCompletableFuture()).isCompleted();
        candidacy.close();
    }

    @Test
    void aTermThatIsOverBeforeTheListenersTurnIsNotTold() {
        AtomicInteger stood = new AtomicInteger();
        Candidacy candidacy = new Candidacy(
                engine,
                () -> {
                    Lease lease = new Lease(LeaseId.make(time.wallMillis()), TTL, engine, time.nanos(), TTL);
                    Term term = new Term(engine, new Name("reports"), stood.incrementAndGet(), lease);
                    if (stood.get() == 1) {
                        var unused = lease.releaseAsync();
                    }
                    return CompletableFuture.completedFuture(Optional.of(term));
                },
                new Told(),
                false);

        candidacy.begin();
        time.settle();

        assertThat(told).containsExactly("elected 2");
        assertThat(candidacy.isLeader()).isTrue();
    }

    @Test
    void whoIsClosedWhileItWaitsGivesUpItsPlace() {
        election.campaign(new Told());
        Candidacy second = election.campaign(new Told());
        time.settle();

        Thread closing = new Thread(second::close);
        closing.setDaemon(true);
        closing.start();
        settleUntilOver(closing);

        assertThat(told).containsExactly("elected 1");
        assertThat(office.asked()).last().isEqualTo("DELETE /v1/elections/reports/candidates/*?cancel=true");
        assertThat(second.ended().toCompletableFuture()).isCompleted();
    }

    private void settleUntilOver(Thread closing) {
        long end = System.nanoTime() + 5_000_000_000L;
        while (closing.isAlive() && System.nanoTime() < end) {
            time.settle();
            Thread.onSpinWait();
        }
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aListenerMayCloseItsCandidacy() {
        Candidacy[] candidacy = new Candidacy[1];
        candidacy[0] = election.campaign(new Told() {
            @Override
            public void onElected(Term term) {
                super.onElected(term);
                candidacy[0].resign();
                candidacy[0].close();
            }
        });
        time.settle();

        assertThat(told).containsExactly("elected 1", "deposed RELEASED behind 1 requests");
        assertThat(candidacy[0].ended().toCompletableFuture()).isCompleted();
    }

    @Test
    void whoseListenerFailsGivesTheOfficeBackAndStandsAgainLater() {
        Candidacy candidacy = election.campaign(new Told() {
            @Override
            public void onElected(Term term) {
                super.onElected(term);
                if (term.fencingToken() < 4) {
                    throw new IllegalStateException("a test");
                }
            }
        });
        time.settle();
        assertThat(told).containsExactly("elected 1", "deposed RELEASED behind 1 requests");
        assertThat(office.asked()).hasSize(2);

        time.pass(Duration.ofSeconds(5));
        assertThat(told).hasSize(7).last().isEqualTo("elected 4");
        assertThat(candidacy.isLeader()).isTrue();
    }

    @Test
    void whoIsRefusedStandsNoMore() {
        office.refuse(400, "INVALID");
        Candidacy candidacy = election.campaign(new Told());
        time.settle();

        assertThat(told).isEmpty();
        assertThatThrownBy(() -> candidacy.ended().toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        TenureException.class,
                        refused -> assertThat(refused.code()).contains(ErrorCode.INVALID));
        candidacy.close();
    }

    @Test
    void whoIsRevokedWhileItWaitsStandsAgainLater() {
        office.refuse(410, "LEASE_ENDED");
        Candidacy candidacy = election.campaign(new Told());
        time.pass(Duration.ofSeconds(10));
        assertThat(office.asked()).hasSizeBetween(8, 30);
        assertThat(told).isEmpty();

        office.accept();
        time.pass(Duration.ofSeconds(3));
        assertThat(told).containsExactly("elected 1");
        assertThat(candidacy.isLeader()).isTrue();
    }

    @Test
    void whoDoesNotLeadProclaimsNothing() {
        election.campaign(new Told());
        Candidacy second = election.campaign(new Told());
        time.settle();

        assertThatThrownBy(() -> second.proclaim("10.0.0.7:9001"))
                .isInstanceOfSatisfying(
                        TenureException.class,
                        refused -> assertThat(refused.code()).contains(ErrorCode.NOT_LEADING));
    }
}
