package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leadership that is handed to a named candidate, over HTTP. */
class TransfersIT extends ElectionEndToEnd {
    /** Ids that sort before and behind all others, for what must not depend on their order. */
    private static final String LOW = "00000000-0000-4000-8000-";

    private static final String HIGH = "ffffffff-ffff-4fff-bfff-";

    @Test
    void anImmediateTransferJumpsTheQueue() {
        String election = newElection();
        String old = Api.newLease();
        String lease = Api.newLease();
        long term = campaign(election, old, "a", "30s").number("/term");
        CompletableFuture<Reply> before = campaignLater(election, Api.newLease(), "b");
        CompletableFuture<Reply> chosen = campaignLater(election, lease, "c");

        Reply transferred = api.post(
                election + "/transfer",
                "{'to':'c','term':" + term + ",'reason':'INC-7','immediately':true,'by':'anna'}");

        assertThat(transferred.status()).as("%s", transferred).isEqualTo(200);
        assertThat(transferred.text("/leader/id")).isEqualTo("c");
        assertThat(transferred.number("/term")).isGreaterThan(term);
        Reply leads = chosen.join();
        assertThat(leads.status()).as("%s", leads).isIn(200, 201);
        assertThat(leads.text("/state")).isEqualTo("LEADING");
        assertThat(leads.number("/term")).isEqualTo(transferred.number("/term"));
        assertThat(before).isNotDone();
        assertThat(check(election, term)).isEqualTo(410);
        assertThat(check(election, leads.number("/term"))).isEqualTo(200);
        Reply late = renew(old);
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text("/endedBy")).isEqualTo("TRANSFERRED");
        assertThat(late.text("/by")).isEqualTo("anna");
        assertThat(late.text("/reason")).isEqualTo("INC-7");
        assertThat(renew(lease).status()).isEqualTo(200);
        Reply gone = api.delete(candidate(election, old));
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.text("/endedBy")).isEqualTo("TRANSFERRED");

        api.delete(candidate(election, lease));
        assertThat(before.join().number("/term")).isGreaterThan(leads.number("/term"));
    }

    @Test
    void anImmediateTransferReachesACandidateThatOnlyRenews() {
        String election = newElection();
        String lease = Api.newLease();
        campaign(election, "a", "30s");
        campaign(election, "b", "30s");
        assertThat(campaign(election, lease, "c", "30s").status()).isEqualTo(202);
        CompletableFuture<Reply> look = api.later("GET", candidate(election, lease) + "?wait=20s", null);

        assertThat(transfer(election, "c", true).status()).isEqualTo(200);

        Reply leads = look.join();
        assertThat(leads.text("/state")).isEqualTo("LEADING");
        assertThat(renew(lease).number("/holdCount")).isEqualTo(1);
        assertThat(check(election, leads.number("/term"))).isEqualTo(200);
        Reply again = campaign(election, lease, "c", "30s");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.number("/term")).isEqualTo(leads.number("/term"));
    }

    @Test
    void aPoliteTransferWaitsForWhatTheLeaderWasTold() {
        String election = newElection();
        String old = Api.newLease();
        String lease = Api.newLease();
        long began = System.nanoTime();
        long term = campaign(election, old, "a", "3s").number("/term");
        CompletableFuture<Reply> before = campaignLater(election, Api.newLease(), "b");
        CompletableFuture<Reply> chosen = campaignLater(election, lease, "c");

        Reply transferred = transfer(election, "c", false);

        assertThat(transferred.status()).as("%s", transferred).isEqualTo(202);
        assertThat(transferred.text("/leader/id")).isEqualTo("a");
        assertThat(transferred.body().at("/leader/revoking").asBoolean()).isTrue();
        assertThat(transferred.text("/candidates/0/id")).isEqualTo("c");
        assertThat(check(election, term)).isEqualTo(200);
        Reply refused = renew(old);
        assertThat(refused.status()).isEqualTo(410);
        assertThat(refused.text("/endedBy")).isEqualTo("TRANSFERRED");
        assertThat(renew(lease).status()).isEqualTo(200);
        assertThat(transfer(election, "c", false).status()).isEqualTo(202);
        assertThat(transfer(election, "b", false).text("/code")).isEqualTo("TERM_CHANGED");

        Reply leads = chosen.join();
        assertThat(since(began)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(8));
        assertThat(leads.status()).isEqualTo(201);
        assertThat(leads.number("/term")).isGreaterThan(term);
        assertThat(before).isNotDone();
        assertThat(api.delete(candidate(election, old)).text("/endedBy")).isEqualTo("TRANSFERRED");
    }

    @Test
    void aLeaderThatWasAskedToEndMayResignAtOnce() {
        String election = newElection();
        String old = Api.newLease();
        campaign(election, old, "a", "30s");
        CompletableFuture<Reply> before = campaignLater(election, Api.newLease(), "b");
        CompletableFuture<Reply> chosen = campaignLater(election, Api.newLease(), "c");
        transfer(election, "c", false);

        assertThat(api.delete(candidate(election, old)).status()).isEqualTo(200);

        assertThat(chosen.join().status()).isEqualTo(201);
        assertThat(before).isNotDone();
    }

    @Test
    void aPoliteTransferMayBecomeAnImmediateOne() {
        String election = newElection();
        campaign(election, "a", "30s");
        CompletableFuture<Reply> other = campaignLater(election, Api.newLease(), "b");
        CompletableFuture<Reply> chosen = campaignLater(election, Api.newLease(), "c");
        transfer(election, "b", false);

        assertThat(transfer(election, "c", true).status()).isEqualTo(200);

        assertThat(chosen.join().text("/state")).isEqualTo("LEADING");
        assertThat(other).isNotDone();
        api.delete(candidate(election, chosen.join().text("/lease")));
        assertThat(other.join().status()).isEqualTo(201);
    }

    @Test
    void whoWasTransferredToPolitelyLeadsUntilItEndsThoughItIsAskedInTurn() {
        // the ids go down, so that each next place would sort before the last if only ids decided between them
        String election = newElection();
        List<String> leases = List.of(HIGH + "100000000001", HIGH + "000000000001", LOW + "100000000001", LOW + "0001");
        leases = leases.stream()
                .map(lease -> (lease + "00000000").substring(0, 36))
                .toList();
        campaign(election, leases.get(0), "c0", "30s");
        for (int i = 1; i < leases.size(); i++) {
            campaign(election, leases.get(i), "c" + i, "30s");
        }
        long term = api.get(election).number("/term");
        for (int i = 1; i < leases.size(); i++) {
            assertThat(transfer(election, "c" + i, false).status()).isEqualTo(202);
            Reply asked = api.get(election);
            assertThat(asked.text("/leader/id")).as("%s", asked).isEqualTo("c" + (i - 1));
            assertThat(asked.number("/term")).isEqualTo(term);
            assertThat(check(election, term)).isEqualTo(200);

            api.delete(candidate(election, leases.get(i - 1)));
            String next = "c" + i;
            awaiting().until(() -> leader(election).equals(next));
            long newTerm = api.get(election).number("/term");
            assertThat(newTerm).isGreaterThan(term);
            assertThat(check(election, term)).isEqualTo(410);
            term = newTerm;
        }
    }

    @Test
    void theLatestOfSeveralPoliteTransfersComesFirst() {
        String election = newElection();
        campaign(election, "a", "30s");
        CompletableFuture<Reply> first =
                campaignLater(election, LOW + Long.toString(100_000_000_000L + System.nanoTime() % 1_000_000), "b");
        CompletableFuture<Reply> second =
                campaignLater(election, HIGH + Long.toString(100_000_000_000L + System.nanoTime() % 1_000_000), "c");
        String holder = Api.newLease();
        campaign(election, holder, "d", "30s");
        assertThat(transfer(election, "b", false).status()).isEqualTo(202);
        assertThat(transfer(election, "d", true).status()).isEqualTo(200);
        assertThat(transfer(election, "c", false).status()).isEqualTo(202);

        api.delete(candidate(election, holder));

        assertThat(second.join().status()).isEqualTo(201);
        assertThat(first).isNotDone();
        api.delete(candidate(election, second.join().text("/lease")));
        assertThat(first.join().status()).isEqualTo(201);
    }

    @Test
    void attachedLeasesLiveOnOnBothSides() {
        String election = newElection();
        String old = lease("10m");
        String next = lease("10m");
        String lock = "/v1/locks/" + newName();
        api.post(lock, "{'lease':'" + old + "'}");
        long term = api.post(election + "/candidates", "{'lease':'" + old + "','id':'a'}")
                .number("/term");
        CompletableFuture<Reply> chosen =
                api.later("POST", election + "/candidates", "{'lease':'" + next + "','id':'b','wait':'30s'}");
        awaiting().until(() -> api.get(election).number("/candidateCount") == 1);

        Reply transferred = transfer(election, "b", true);

        assertThat(transferred.status()).as("%s", transferred).isEqualTo(200);
        assertThat(transferred.number("/term")).isGreaterThan(term);
        assertThat(chosen.join().text("/state")).isEqualTo("LEADING");
        assertThat(renew(old).number("/holdCount")).isEqualTo(1);
        assertThat(renew(next).number("/holdCount")).isEqualTo(1);
        assertThat(api.get(lock).text("/holders/0/lease")).isEqualTo(old);
        Reply ended = api.get(candidate(election, old));
        assertThat(ended.status()).isEqualTo(410);
        assertThat(ended.text("/code")).isEqualTo("HOLD_ENDED");
        assertThat(ended.text("/endedBy")).isEqualTo("TRANSFERRED");
    }

    @Test
    void anAttachedLeaderKeepsOthersOutForAsLongAsItWasTold() {
        String election = newElection();
        long began = System.nanoTime();
        String old = lease("3s");
        String next = lease("10m");
        long term = api.post(election + "/candidates", "{'lease':'" + old + "','id':'a'}")
                .number("/term");
        api.post(election + "/candidates", "{'lease':'" + next + "','id':'b'}");

        Reply transferred = transfer(election, "b", false);
        Reply again = transfer(election, "b", false);
        Reply unknown = transfer(election, "nobody", false);
        Reply now = transfer(election, "b", true);

        assertThat(transferred.status()).as("%s", transferred).isEqualTo(202);
        assertThat(again.status()).as("%s", again).isEqualTo(202);
        assertThat(unknown.text("/code")).isEqualTo("HOLD_UNKNOWN");
        assertThat(now.text("/code")).isEqualTo("CLOSED");
        assertThat(renew(old).number("/holdCount")).isZero();
        assertThat(check(election, term)).isEqualTo(410);
        awaiting().until(() -> leader(election).equals("b"));
        assertThat(since(began)).isGreaterThan(Duration.ofSeconds(3));
        assertThat(api.get(election).number("/term")).isGreaterThan(term);
        assertThat(renew(next).number("/holdCount")).isEqualTo(1);
    }

    @Test
    void aTransferToOneselfOrToNobodyChangesNothing() {
        String election = newElection();
        long term = campaign(election, "a", "30s").number("/term");
        campaign(election, "b", "30s");

        Reply oneself = transfer(election, "a", true);
        Reply nobody = transfer(election, "x", true);
        Reply wrongTerm = api.post(
                election + "/transfer", "{'to':'b','term':" + (term - 1) + ",'reason':'x','immediately':true}");

        assertThat(oneself.status()).isEqualTo(200);
        assertThat(oneself.number("/term")).isEqualTo(term);
        assertThat(nobody.status()).isEqualTo(404);
        assertThat(nobody.text("/code")).isEqualTo("HOLD_UNKNOWN");
        assertThat(wrongTerm.status()).isEqualTo(409);
        assertThat(wrongTerm.text("/code")).isEqualTo("TERM_CHANGED");
        assertThat(wrongTerm.number("/term")).isEqualTo(term);
        assertThat(check(election, term)).isEqualTo(200);
        assertThat(transfer(newElection(), "a", true).text("/code")).isEqualTo("NOT_LEADING");
    }

    @Test
    void aSecondTransferOfTheSameTermIsRefused() {
        String election = newElection();
        long term = campaign(election, "a", "30s").number("/term");
        campaign(election, "b", "30s");
        campaign(election, "c", "30s");
        String body = "','term':" + term + ",'reason':'x','immediately':true}";

        assertThat(api.post(election + "/transfer", "{'to':'b" + body).status()).isEqualTo(200);
        Reply second = api.post(election + "/transfer", "{'to':'c" + body);

        assertThat(second.text("/code")).isEqualTo("TERM_CHANGED");
        assertThat(leader(election)).isEqualTo("b");
    }

    @Test
    void aTransferIsInTheLogAsOneEndAndOneGrant() {
        String election = newElection();
        String name = election.substring(election.lastIndexOf('/') + 1);
        String old = Api.newLease();
        String lease = Api.newLease();
        long term = campaign(election, old, "a", "30s").number("/term");
        campaign(election, lease, "b", "30s");
        long next = transfer(election, "b", true).number("/term");

        List<String> told = AuditEvent.all(api).stream()
                .filter(event -> name.equals(event.name()))
                .map(event -> event.action() + " " + event.lease() + " " + event.token())
                .toList();

        assertThat(told)
                .containsExactly(
                        "GRANTED " + old + " " + term,
                        "QUEUED " + lease + " 0",
                        "ENDED " + old + " " + term,
                        "GRANTED " + lease + " " + next);
    }

    @Test
    void ofManyTransfersOfOneTermOneIsDone() {
        String election = newElection();
        long term = campaign(election, "a", "30s").number("/term");
        List<CompletableFuture<Reply>> transfers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            campaign(election, "c" + i, "30s");
        }
        for (int i = 0; i < 6; i++) {
            transfers.add(api.later(
                    "POST",
                    election + "/transfer",
                    "{'to':'c" + i + "','term':" + term + ",'reason':'x','immediately':true}"));
        }

        List<Reply> done = transfers.stream().map(CompletableFuture::join).toList();

        assertThat(done).filteredOn(reply -> reply.status() == 200).hasSize(1);
        assertThat(done)
                .filteredOn(reply -> reply.status() != 200)
                .allMatch(reply -> reply.text("/code").equals("TERM_CHANGED"));
        assertThat(api.get(election).number("/candidateCount")).isEqualTo(5);
    }

    @Test
    void aCandidateThatIsAskedToEndIsNotTransferredTo() {
        String election = newElection();
        String lease = lease("30s");
        long term = campaign(election, "a", "30s").number("/term");
        api.post("/v1/locks/" + newName(), "{'lease':'" + lease + "'}");
        api.post(election + "/candidates", "{'lease':'" + lease + "','id':'b'}");
        assertThat(api.post("/v1/leases/" + lease + "/revoke", "{'reason':'INC-8'}")
                        .status())
                .isEqualTo(202);

        Reply now = transfer(election, "b", true);
        Reply politely = transfer(election, "b", false);

        assertThat(now.text("/code")).as("%s", now).isEqualTo("HOLD_UNKNOWN");
        assertThat(politely.text("/code")).as("%s", politely).isEqualTo("HOLD_UNKNOWN");
        assertThat(check(election, term)).isEqualTo(200);
    }

    private String lease(String ttl) {
        return api.post("/v1/leases", "{'ttl':'" + ttl + "'}").text("/lease");
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
