package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Candidates whose terms are ended in several ways at the same moment, by many threads. */
class CandidacyRacesTest {
    private static final int TERMS = 500;

    /** Checks that terms are told in turn, by one thread at a time. */
    private static final class Strict implements Election.Listener {
        private final AtomicInteger inside = new AtomicInteger();

        @GuardedBy("this")
        private final List<String> wrong = new ArrayList<>();

        @GuardedBy("this")
        private long newest;

        @GuardedBy("this")
        private boolean leads;

        @GuardedBy("this")
        private int elected;

        @GuardedBy("this")
        private int deposed;

        @Override
        public void onElected(Term term) {
            enter();
            synchronized (this) {
                if (leads || term.fencingToken() <= newest) {
                    wrong.add("elected to " + term + " after " + newest);
                }
                leads = true;
                newest = term.fencingToken();
                elected++;
            }
            inside.decrementAndGet();
        }

        @Override
        public void onDeposed(Loss loss) {
            enter();
            synchronized (this) {
                if (!leads) {
                    wrong.add("deposed without a term: " + loss);
                }
                leads = false;
                deposed++;
            }
            inside.decrementAndGet();
        }

        private void enter() {
            if (inside.incrementAndGet() != 1) {
                synchronized (this) {
                    wrong.add("two things are told at once");
                }
            }
            Thread.onSpinWait();
        }

        synchronized int elected() {
            return elected;
        }

        synchronized void check() {
            assertThat(wrong).isEmpty();
            assertThat(leads).isFalse();
            assertThat(deposed).isEqualTo(elected);
        }
    }

    @Test
    @Timeout(60)
    void eachTermIsToldOnceAndEndsOnce() throws Exception {
        Duration ttl = Duration.ofMillis(60);
        Office office = new Office(ttl);
        List<Strict> listeners = List.of(new Strict(), new Strict(), new Strict());
        try (Time time = new SystemTime()) {
            Election election =
                    CandidacyTest.election(FakeEngine.over(time, office)).ttl(ttl);
            List<Candidacy> candidacies =
                    listeners.stream().map(election::campaign).toList();
            AtomicInteger left = new AtomicInteger(TERMS * 20);
            List<CompletableFuture<Void>> enders = Stream.<Runnable>of(
                            () -> candidacies.forEach(Candidacy::resignAsync),
                            office::revoke,
                            () -> candidacies.forEach(candidacy -> candidacy
                                    .term()
                                    .ifPresent(term -> term.lease().releaseAsync())),
                            () -> candidacies.forEach(
                                    candidacy -> candidacy.term().ifPresent(Term::giveBack)))
                    .map(end -> CompletableFuture.runAsync(() -> {
                        while (left.getAndDecrement() > 0
                                && listeners.stream().mapToInt(Strict::elected).sum() < TERMS) {
                            end.run();
                            pause();
                        }
                    }))
                    .toList();
            for (CompletableFuture<Void> ender : enders) {
                ender.get(50, TimeUnit.SECONDS);
            }
            candidacies.forEach(Candidacy::close);
        }

        assertThat(listeners).allSatisfy(Strict::check);
        assertThat(listeners.stream().mapToInt(Strict::elected).sum()).isGreaterThan(100);
    }

    private static void pause() {
        try {
            TimeUnit.MICROSECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
