package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How soon one leader follows another, and that there never are two. What was measured is printed. */
@Tag("alone")
class SuccessionIT extends ElectionEndToEnd {
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration SLACK = Duration.ofMillis(500);
    private static final int EXPIRIES = 4;
    private static final int RESIGNATIONS = 31;
    private static final Duration SOON = Duration.ofMillis(50);

    @Test
    void aLeaderThatStopsRenewingIsReplacedInTime() {
        List<Long> millis = new ArrayList<>();
        String election = newElection();
        try (TermsChecked checked = TermsChecked.begin(server.api(), election)) {
            for (int i = 0; i < EXPIRIES; i++) {
                String lease = Api.newLease();
                Reply leads = api.put(candidate(election, lease), "{'ttl':'2s','wait':'20s','id':'a'}");
                assertThat(leads.text("/state")).isEqualTo("LEADING");
                String next = Api.newLease();
                CompletableFuture<Reply> waiting = campaignLater(election, next, "b");
                CompletableFuture<Long> answered = waiting.thenApply(reply -> System.nanoTime());
                long renewed = System.nanoTime();
                assertThat(renew(lease).status()).isEqualTo(200);

                Duration took = Duration.ofNanos(answered.join() - renewed);
                millis.add(took.toMillis());
                assertThat(waiting.join().status()).isEqualTo(201);
                assertThat(waiting.join().number("/term")).isGreaterThan(leads.number("/term"));
                assertThat(took).isBetween(TTL, TTL.plus(GRACE).plus(SLACK));
                api.delete(candidate(election, next));
            }
            assertNeverTwo(checked, EXPIRIES);
        }
        System.out.println("from the last renewal to the next leader's answer, TTL 2 s, ms: " + millis);
    }

    @Test
    void aLeaderThatResignsIsReplacedAtOnce() {
        List<Long> micros = new ArrayList<>();
        String election = newElection();
        String lease = Api.newLease();
        campaign(election, lease, "a", "30s");
        try (TermsChecked checked = TermsChecked.begin(server.api(), election)) {
            for (int i = 0; i < RESIGNATIONS; i++) {
                String next = Api.newLease();
                CompletableFuture<Reply> waiting = campaignLater(election, next, "b");
                CompletableFuture<Long> answered = waiting.thenApply(reply -> System.nanoTime());
                long resigning = System.nanoTime();
                api.delete(candidate(election, lease));
                micros.add((answered.join() - resigning) / 1000);
                assertThat(waiting.join().status()).isEqualTo(201);
                lease = next;
            }
            assertNeverTwo(checked, RESIGNATIONS / 6);
        }
        List<Long> sorted = micros.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        System.out.println("from a resignation to the next leader's answer, median " + median + " us, longest "
                + sorted.get(sorted.size() - 1) + " us");
        assertThat(median).isLessThan(SOON.toMillis() * 1000);
    }

    @Test
    void thereNeverAreTwoLeadersWhileLeadershipIsTransferredBackAndForth() {
        String election = newElection();
        String holder = Api.newLease();
        campaign(election, holder, "c0", "30s");
        try (TermsChecked checked = TermsChecked.begin(server.api(), election)) {
            for (int i = 1; i <= 30; i++) {
                String lease = Api.newLease();
                String id = "c" + i;
                campaign(election, "behind" + i, "30s");
                campaign(election, lease, id, "30s");
                boolean immediately = i % 3 == 0;
                assertThat(transfer(election, id, immediately).status()).isEqualTo(immediately ? 200 : 202);
                if (!immediately) {
                    api.delete(candidate(election, holder));
                }
                awaiting().until(() -> leader(election).equals(id));
                assertThat(renew(lease).status()).isEqualTo(200);
                holder = lease;
            }
            assertNeverTwo(checked, 15);
        }
    }

    private static void assertNeverTwo(TermsChecked checked, int terms) {
        assertThat(checked.faults()).isEmpty();
        assertThat(checked.terms()).isGreaterThanOrEqualTo(terms);
        assertThat(checked.rounds()).isGreaterThan(terms);
    }
}
