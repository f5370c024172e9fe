package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Elections over HTTP. */
class ElectionsIT extends ElectionEndToEnd {
    @Test
    void whoComesFirstLeads() {
        String election = newElection();
        String lease = Api.newLease();

        Reply leads = api.put(
                candidate(election, lease), "{'ttl':'30s','id':'worker-7','owner':'etl@a','value':'10.0.0.7:9000'}");

        assertThat(leads.status()).isEqualTo(201);
        assertThat(leads.headers().firstValue("Location")).contains(candidate(election, lease));
        assertThat(leads.text("/lease")).isEqualTo(lease);
        assertThat(leads.text("/kind")).isEqualTo("election");
        assertThat(leads.text("/id")).isEqualTo("worker-7");
        assertThat(leads.text("/state")).isEqualTo("LEADING");
        assertThat(leads.number("/term")).isPositive();
        assertThat(leads.number("/validForMillis")).isBetween(25_000L, 30_000L);
        assertThat(leads.text("/value")).isEqualTo("10.0.0.7:9000");
        assertThat(leads.has("/leader")).isFalse();
        assertThat(check(election, leads.number("/term"))).isEqualTo(200);
    }

    @Test
    void theSamePutAgainIsTheSameTermAndAnotherCandidateIsAnotherRequest() {
        String election = newElection();
        String lease = Api.newLease();
        Reply first = campaign(election, lease, "a", "30s");

        Reply again = campaign(election, lease, "a", "30s");
        Reply other = campaign(election, lease, "b", "30s");
        Reply value = api.put(candidate(election, lease), "{'ttl':'30s','id':'a','value':'x'}");

        assertThat(value.status()).isEqualTo(200);
        assertThat(value.has("/value")).isFalse();
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.number("/term")).isEqualTo(first.number("/term"));
        assertThat(again.has("/validForMillis")).isFalse();
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.text("/code")).isEqualTo("LEASE_DIFFERS");
    }

    @Test
    void aCandidateIsCalledAfterItsOwnerElseAfterItsLease() {
        String lease = Api.newLease();

        Reply owned = api.post(newElection() + "/candidates", "{'ttl':'30s','owner':'etl@a'}");
        Reply bare = api.put(candidate(newElection(), lease), "{'ttl':'30s'}");

        assertThat(owned.text("/id")).isEqualTo("etl@a");
        assertThat(bare.text("/id")).isEqualTo(lease);
    }

    @Test
    void whoComesLaterFollowsAndIsToldWhoLeads() {
        String election = newElection();
        String lease = Api.newLease();
        Reply leads = api.post(election + "/candidates", "{'ttl':'30s','id':'a','value':'here'}");

        Reply follows = campaign(election, lease, "b", "30s");

        assertThat(follows.status()).isEqualTo(202);
        assertThat(follows.headers().firstValue("Location")).contains(candidate(election, lease));
        assertThat(follows.text("/state")).isEqualTo("FOLLOWING");
        assertThat(follows.number("/position")).isEqualTo(1);
        assertThat(follows.has("/term")).isFalse();
        assertThat(follows.number("/validForMillis")).isBetween(25_000L, 30_000L);
        assertThat(follows.text("/leader/id")).isEqualTo("a");
        assertThat(follows.text("/leader/value")).isEqualTo("here");
        assertThat(follows.text("/leader/lease")).isEqualTo(leads.text("/lease"));
        assertThat(campaign(election, lease, "b", "30s").status()).isEqualTo(202);
        Reply look = api.get(candidate(election, lease));
        assertThat(look.status()).isEqualTo(200);
        assertThat(look.text("/leader/id")).isEqualTo("a");
        assertThat(look.has("/validForMillis")).isFalse();
    }

    @Test
    void whoWillNotFollowIsRefusedAndLeavesNothing() {
        String election = newElection();
        campaign(election, "a", "30s");

        Reply refused = api.post(election + "/candidates", "{'ttl':'30s','id':'b','queue':false}");
        Reply waited = api.post(election + "/candidates", "{'ttl':'30s','id':'b','queue':false,'wait':'1s'}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("HELD");
        assertThat(refused.text("/kind")).isEqualTo("election");
        assertThat(waited.status()).isEqualTo(409);
        assertThat(waited.number("/waitedMillis")).isBetween(1_000L, 4_000L);
        assertThat(api.get(election).number("/candidateCount")).isZero();
    }

    @Test
    void anElectionThatNobodyLeadsSaysSo() {
        Reply empty = api.get(newElection());

        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.has("/leader")).isTrue();
        assertThat(empty.body().at("/leader").isNull()).isTrue();
        assertThat(empty.has("/term")).isFalse();
        assertThat(empty.body().at("/candidates")).isEmpty();
        assertThat(empty.text("/path")).startsWith("/tenure/elections/");
    }

    @Test
    void aResignationHandsOverAndIsAnsweredTheSameTwice() {
        String election = newElection();
        String lease = Api.newLease();
        long term = campaign(election, lease, "a", "30s").number("/term");
        CompletableFuture<Reply> waiting = campaignLater(election, Api.newLease(), "b");
        assertThat(renew(lease).number("/holdCount")).isEqualTo(1);

        Reply resigned = api.delete(candidate(election, lease) + "?reason=done");
        Reply again = api.delete(candidate(election, lease));

        assertThat(resigned.status()).isEqualTo(200);
        assertThat(resigned.text("/endedBy")).isEqualTo("RESIGNED");
        assertThat(resigned.text("/reason")).isEqualTo("done");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(resigned.body());
        Reply next = waiting.join();
        assertThat(next.status()).isEqualTo(201);
        assertThat(next.number("/term")).isGreaterThan(term);
        assertThat(check(election, term)).isEqualTo(410);
        Reply late = campaign(election, lease, "a", "30s");
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text("/endedBy")).isEqualTo("RESIGNED");
    }

    @Test
    void aCandidateWithdraws() {
        String election = newElection();
        String lease = Api.newLease();
        campaign(election, "a", "30s");
        CompletableFuture<Reply> waiting = campaignLater(election, lease, "b");

        Reply withdrawn = api.delete(candidate(election, lease));

        assertThat(withdrawn.status()).isEqualTo(200);
        assertThat(withdrawn.text("/endedBy")).isEqualTo("WITHDRAWN");
        assertThat(waiting.join().status()).isEqualTo(410);
        assertThat(api.get(election).number("/candidateCount")).isZero();
        String unseen = candidate(election, Api.newLease());
        assertThat(api.delete(unseen + "?cancel=true").status()).isEqualTo(200);
        assertThat(api.put(unseen, "{'ttl':'30s'}").status()).isEqualTo(410);
    }

    @Test
    void whatALeaderProclaimsIsSeenByAllAndIsInTheLog() {
        String election = newElection();
        String lease = Api.newLease();
        String follower = Api.newLease();
        long term = campaign(election, lease, "a", "30s").number("/term");
        campaign(election, follower, "b", "30s");
        String revision = api.get(election).text("/revision");
        CompletableFuture<Reply> look = api.later("GET", election + "?wait=20s&after=" + revision, null);

        Reply proclaimed = api.put(candidate(election, lease) + "/value", "{'value':'10.0.0.7:9000'}");
        Reply refused = api.put(candidate(election, follower) + "/value", "{'value':'mine'}");

        assertThat(proclaimed.status()).as("%s", proclaimed).isEqualTo(200);
        assertThat(proclaimed.text("/value")).isEqualTo("10.0.0.7:9000");
        assertThat(proclaimed.number("/term")).isEqualTo(term);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("NOT_LEADING");
        Reply told = look.join();
        assertThat(told.text("/leader/value")).isEqualTo("10.0.0.7:9000");
        assertThat(told.body().at("/changed").asBoolean()).isTrue();
        assertThat(api.get(candidate(election, follower)).text("/leader/value")).isEqualTo("10.0.0.7:9000");
        assertThat(renew(lease).status()).isEqualTo(200);
        assertThat(campaign(election, lease, "a", "30s").text("/value")).isEqualTo("10.0.0.7:9000");
        assertThat(api.put(candidate(election, lease) + "/value", "{'value':null}")
                        .has("/value"))
                .isFalse();
        assertThat(AuditEvent.all(api).stream()
                        .filter(event -> event.action().equals("VALUE_CHANGED")
                                && event.lease().equals(lease)))
                .hasSize(2)
                .allMatch(event -> event.token() == term);

        api.delete(candidate(election, lease));
        assertThat(api.put(candidate(election, lease) + "/value", "{'value':'late'}")
                        .status())
                .isEqualTo(410);
    }

    @Test
    void aLookWaitsForTheNextTerm() {
        String election = newElection();
        String lease = Api.newLease();
        long term = campaign(election, lease, "a", "30s").number("/term");
        CompletableFuture<Reply> look = api.later("GET", election + "?wait=20s&afterTerm=" + term, null);
        campaign(election, "b", "30s");
        awaiting().until(() -> api.get(election).number("/candidateCount") == 1);
        assertThat(look).isNotDone();

        api.delete(candidate(election, lease));

        assertThat(look.join().status()).isEqualTo(200);
        assertThat(look.join().number("/term")).isNotEqualTo(term);
        awaiting().until(() -> leader(election).equals("b"));
        assertThat(api.get(election + "?wait=20s&afterTerm=" + term).number("/term"))
                .isGreaterThan(term);
    }

    @Test
    void aLookThatWaitsIsNotEndedByRenewals() {
        String election = newElection();
        String lease = Api.newLease();
        campaign(election, lease, "a", "30s");
        String revision = api.get(election).text("/revision");
        CompletableFuture<Reply> look = api.later("GET", election + "?wait=2s&after=" + revision, null);
        for (int i = 0; i < 5; i++) {
            renew(lease);
        }

        Reply same = look.join();

        assertThat(same.has("/changed")).isTrue();
        assertThat(same.body().at("/changed").asBoolean()).as("%s", same).isFalse();
        assertThat(same.text("/revision")).isEqualTo(revision);
        assertThat(same.text("/leader/id")).isEqualTo("a");
    }

    @Test
    void aLookAtACandidateWaitsUntilItLeadsAndUntilItNoLongerDoes() {
        String election = newElection();
        String old = Api.newLease();
        String lease = Api.newLease();
        campaign(election, old, "a", "30s");
        campaign(election, lease, "b", "30s");
        CompletableFuture<Reply> toLead =
                api.later("GET", candidate(election, lease) + "?wait=20s&after=FOLLOWING", null);
        CompletableFuture<Reply> toEnd = api.later("GET", candidate(election, old) + "?wait=20s&after=LEADING", null);
        assertThat(api.get(candidate(election, lease) + "?wait=1s&after=FOLLOWING")
                        .text("/state"))
                .isEqualTo("FOLLOWING");
        assertThat(api.get(candidate(election, lease) + "?wait=20s&after=LEADING")
                        .text("/state"))
                .isEqualTo("FOLLOWING");

        api.delete(candidate(election, old));

        assertThat(toLead.join().text("/state")).isEqualTo("LEADING");
        assertThat(toEnd.join().status()).isEqualTo(410);
        assertThat(api.get(candidate(election, Api.newLease()) + "?wait=20s").status())
                .isEqualTo(404);
    }

    @Test
    void electionsAreListedByPages() {
        String prefix = newName() + "-list-";
        for (int i = 0; i < 3; i++) {
            campaign("/v1/elections/" + prefix + i, "a", "30s");
        }

        Reply page = api.get("/v1/elections?prefix=" + prefix + "&limit=2");
        Reply rest = api.get("/v1/elections?prefix=" + prefix + "&limit=2&cursor=" + page.text("/next"));

        assertThat(page.body().at("/items")).hasSize(2);
        assertThat(page.text("/items/0/leader/id")).isEqualTo("a");
        assertThat(rest.body().at("/items")).hasSize(1);
        assertThat(rest.has("/next")).isFalse();
    }

    @Test
    void aLeaderWhoseLeaseIsRevokedIsReplaced() {
        String election = newElection();
        Reply leads = campaign(election, "a", "30s");
        CompletableFuture<Reply> waiting = campaignLater(election, Api.newLease(), "b");

        Reply revoked =
                api.post("/v1/leases/" + leads.text("/lease") + "/revoke", "{'reason':'INC-1','immediately':true}");

        assertThat(revoked.status()).isEqualTo(200);
        assertThat(waiting.join().number("/term")).isGreaterThan(leads.number("/term"));
        assertThat(check(election, leads.number("/term"))).isEqualTo(410);
    }

    @Test
    void aLeaderThatIsAskedToEndIsShownSoUntilItHas() {
        String election = newElection();
        Reply leads = campaign(election, "a", "2s");
        CompletableFuture<Reply> waiting = campaignLater(election, Api.newLease(), "b");

        api.post("/v1/leases/" + leads.text("/lease") + "/revoke", "{'reason':'INC-1'}");

        assertThat(api.get(election).body().at("/leader/revoking").asBoolean()).isTrue();
        assertThat(check(election, leads.number("/term"))).isEqualTo(200);
        assertThat(waiting.join().status()).isEqualTo(201);
        assertThat(check(election, leads.number("/term"))).isEqualTo(410);
    }

    @Test
    void anElectionStaysClosedForItsLockDelayWhenItsLeaderExpiresAndNotWhenItResigns() {
        String election = newElection();
        String resigns = Api.newLease();
        String delayed = "{'ttl':'1s','id':'a','lockDelay':'3s'}";
        api.put(candidate(election, resigns), delayed);
        api.delete(candidate(election, resigns));
        Reply expires = api.post(election + "/candidates", delayed);
        long began = System.nanoTime();
        assertThat(expires.status()).isEqualTo(201);
        CompletableFuture<Reply> waiting = campaignLater(election, Api.newLease(), "b");

        awaiting().until(() -> api.get(election).number("/closedForMillis") > 0);
        Reply closed = api.get(election);
        assertThat(closed.body().at("/leader").isNull()).as("%s", closed).isTrue();
        assertThat(closed.has("/term")).isFalse();
        assertThat(closed.text("/candidates/0/id")).isEqualTo("b");
        assertThat(closed.number("/candidateCount")).isEqualTo(1);
        assertThat(check(election, expires.number("/term"))).isEqualTo(410);

        assertThat(waiting.join().status()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(4));
    }

    @Test
    void aLeaseThatStoodBeforeLeadsTwoElectionsAndGivesOneUp() {
        String one = newElection();
        String two = newElection();
        String lease = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        String body = "{'lease':'" + lease + "','id':'a'}";
        assertThat(api.post(one + "/candidates", body).status()).isEqualTo(201);
        assertThat(api.post(two + "/candidates", body).status()).isEqualTo(201);

        Reply resigned = api.delete(candidate(one, lease));

        assertThat(resigned.text("/endedBy")).isEqualTo("RESIGNED");
        assertThat(leader(two)).isEqualTo("a");
        assertThat(api.get(one).body().at("/leader").isNull()).isTrue();
        assertThat(renew(lease).number("/holdCount")).isEqualTo(1);
        Reply proclaimed = api.put(candidate(two, lease) + "/value", "{'value':'x'}");
        assertThat(proclaimed.status()).isEqualTo(200);
        api.delete("/v1/leases/" + lease);
        assertThat(api.get(two).body().at("/leader").isNull()).isTrue();
    }
}
