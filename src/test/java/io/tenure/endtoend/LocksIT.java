package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Locks over HTTP. */
class LocksIT extends EndToEnd {
    private static final String TTL = "{'ttl':'30s','owner':'a'}";
    private static final String WAITING = "{'ttl':'30s','owner':'b','wait':'20s'}";

    @Test
    void aFreeLockIsTakenByPut() {
        String name = newName();
        String lease = Api.newLease();

        Reply taken =
                api.put(hold(name, lease), "{'ttl':'30s','owner':'etl@a','reason':'nightly','metadata':{'run':'17'}}");

        assertThat(taken.status()).isEqualTo(201);
        assertThat(taken.headers().firstValue("Location")).contains(hold(name, lease));
        assertThat(taken.text("/lease")).isEqualTo(lease);
        assertThat(taken.text("/state")).isEqualTo("HELD");
        assertThat(taken.number("/fencingToken")).isPositive();
        assertThat(taken.number("/validForMillis")).isBetween(25_000L, 30_000L);
        assertThat(taken.text("/metadata/run")).isEqualTo("17");
        assertThat(taken.text("/reason")).isEqualTo("nightly");
    }

    @Test
    void theSamePutAgainIsTheSameHoldWithTheSameToken() {
        String name = newName();
        String lease = Api.newLease();

        Reply first = api.put(hold(name, lease), TTL);
        Reply again = api.put(hold(name, lease), TTL);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.number("/fencingToken")).isEqualTo(first.number("/fencingToken"));
        assertThat(again.has("/validForMillis")).isFalse();
    }

    @Test
    void aPutWithAnotherBodyIsAnotherRequest() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), TTL);

        Reply other = api.put(hold(name, lease), "{'ttl':'31s','owner':'a'}");

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.text("/code")).isEqualTo("LEASE_DIFFERS");
    }

    @Test
    void aHeldLockIsRefusedInWordsThatNameTheHolder() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), "{'ttl':'30s','owner':'etl@a','reason':'nightly'}");

        Reply refused = api.post("/v1/locks/" + name, TTL);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("HELD");
        assertThat(refused.text("/holder/lease")).isEqualTo(lease);
        assertThat(refused.text("/holder/owner")).isEqualTo("etl@a");
        assertThat(refused.text("/holder/reason")).isEqualTo("nightly");
        assertThat(refused.number("/holder/expiresInMillis")).isBetween(20_000L, 30_000L);
        assertThat(refused.number("/queueLength")).isZero();
        assertThat(refused.text("/detail")).contains(name, "etl@a");
    }

    @Test
    void aReleaseIsAnsweredTheSameTwice() {
        String name = newName();
        String lease = Api.newLease();
        Reply taken = api.put(hold(name, lease), TTL);

        Reply released = api.delete(hold(name, lease) + "?reason=done");
        Reply again = api.delete(hold(name, lease));

        assertThat(released.status()).isEqualTo(200);
        assertThat(released.text("/endedBy")).isEqualTo("RELEASED");
        assertThat(released.text("/reason")).isEqualTo("done");
        assertThat(released.number("/fencingToken")).isEqualTo(taken.number("/fencingToken"));
        assertThat(released.number("/heldMillis")).isBetween(0L, 10_000L);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(released.body());
    }

    @Test
    void aReleaseOfAServerNamedLeaseIsAnsweredTheSameTwice() {
        String name = newName();
        String lease = api.post("/v1/locks/" + name, TTL).text("/lease");

        Reply released = api.delete(hold(name, lease));
        Reply again = api.delete(hold(name, lease));

        assertThat(released.status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(released.body());
    }

    @Test
    void aPutThatComesAfterItsOwnReleaseIsNeverGranted() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), TTL);
        api.delete(hold(name, lease));

        Reply late = api.put(hold(name, lease), TTL);

        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text("/code")).isEqualTo("LEASE_ENDED");
        assertThat(late.text("/endedBy")).isEqualTo("RELEASED");
    }

    @Test
    void aPutThatWasCancelledBeforeItCameIsNeverGranted() {
        String name = newName();
        String lease = Api.newLease();

        Reply cancelled = api.delete(hold(name, lease) + "?cancel=true");
        Reply late = api.put(hold(name, lease), TTL);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.text("/endedBy")).isEqualTo("WITHDRAWN");
        assertThat(late.status()).isEqualTo(410);
    }

    @Test
    void aReleaseByALeaseThatDoesNotHoldItChangesNothing() {
        String name = newName();
        String other = newName();
        String holder = Api.newLease();
        String stranger = Api.newLease();
        api.put(hold(name, holder), TTL);
        api.put(hold(other, stranger), TTL);

        Reply refused = api.delete(hold(name, stranger));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("NOT_HOLDER");
        assertThat(api.get("/v1/locks/" + name).text("/holders/0/lease")).isEqualTo(holder);
        assertThat(api.get("/v1/locks/" + other).text("/holders/0/lease")).isEqualTo(stranger);
    }

    @Test
    void anUnknownLeaseIsNotFound() {
        assertThat(api.delete(hold(newName(), Api.newLease())).text("/code")).isEqualTo("LEASE_UNKNOWN");
        assertThat(api.get(hold(newName(), Api.newLease())).status()).isEqualTo(404);
        assertThat(api.post("/v1/leases/" + Api.newLease() + "/renew", null).status())
                .isEqualTo(404);
    }

    @Test
    void whoWaitsIsGrantedAtTheRelease() {
        String name = newName();
        String lease = Api.newLease();
        Reply first = api.put(hold(name, lease), TTL);
        CompletableFuture<Reply> waiting = api.later("POST", "/v1/locks/" + name, WAITING);
        await().until(() -> api.get("/v1/locks/" + name).number("/queueLength") == 1);

        api.delete(hold(name, lease));
        Reply granted = waiting.join();

        assertThat(granted.status()).isEqualTo(201);
        assertThat(granted.number("/fencingToken")).isGreaterThan(first.number("/fencingToken"));
        assertThat(granted.has("/queuedAt")).isTrue();
        assertThat(granted.number("/validForMillis")).isBetween(25_000L, 30_000L);
        assertThat(granted.number("/ttlMillis")).isEqualTo(30_000L);
    }

    @Test
    void firstComeFirstServed() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), TTL);
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            int length = i;
            waiting.add(api.later("POST", "/v1/locks/" + name, WAITING));
            await().until(() -> api.get("/v1/locks/" + name).number("/queueLength") == length);
        }

        String holder = lease;
        long token = 0;
        for (CompletableFuture<Reply> next : waiting) {
            assertThat(next).isNotDone();
            api.delete(hold(name, holder));
            Reply granted = next.join();
            assertThat(granted.status()).isEqualTo(201);
            assertThat(granted.number("/fencingToken")).isGreaterThan(token);
            token = granted.number("/fencingToken");
            holder = granted.text("/lease");
        }
    }

    @Test
    void aWaitThatIsOverLeavesNothingBehind() {
        String name = newName();
        api.put(hold(name, Api.newLease()), TTL);

        Reply refused = api.post("/v1/locks/" + name, "{'ttl':'30s','wait':'1s'}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("HELD");
        assertThat(refused.number("/waitedMillis")).isBetween(1000L, 3000L);
        assertThat(api.get("/v1/locks/" + name).number("/queueLength")).isZero();
    }

    @Test
    void aPlaceIsKeptForOneWhoAsksForIt() {
        String name = newName();
        String holder = Api.newLease();
        String lease = Api.newLease();
        api.put(hold(name, holder), TTL);

        Reply queued = api.put(hold(name, lease), "{'ttl':'30s','wait':'1s','queue':true}");
        assertThat(queued.status()).isEqualTo(202);
        assertThat(queued.text("/state")).isEqualTo("QUEUED");
        assertThat(queued.number("/position")).isEqualTo(1);
        assertThat(queued.headers().firstValue("Location")).contains(hold(name, lease));
        assertThat(api.get(hold(name, lease)).text("/state")).isEqualTo("QUEUED");

        api.delete(hold(name, holder));
        await().until(() -> api.get(hold(name, lease)).text("/state").equals("HELD"));
        assertThat(api.put(hold(name, lease), "{'ttl':'30s','wait':'1s','queue':true}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aLookWaitsUntilThePlaceIsGranted() {
        String name = newName();
        String holder = Api.newLease();
        String lease = Api.newLease();
        api.put(hold(name, holder), TTL);
        api.put(hold(name, lease), "{'ttl':'30s','queue':true}");

        CompletableFuture<Reply> look = api.later("GET", hold(name, lease) + "?wait=20s", null);
        api.delete(hold(name, holder));

        Reply held = look.join();
        assertThat(held.status()).isEqualTo(200);
        assertThat(held.text("/state")).isEqualTo("HELD");
        assertThat(held.has("/validForMillis")).isFalse();
    }

    @Test
    void aPlaceIsGivenUpByItsOwner() {
        String name = newName();
        api.put(hold(name, Api.newLease()), TTL);
        String lease = Api.newLease();
        CompletableFuture<Reply> waiting = api.later("PUT", hold(name, lease), WAITING);
        await().until(() -> api.get("/v1/locks/" + name).number("/queueLength") == 1);

        Reply withdrawn = api.delete(hold(name, lease));

        assertThat(withdrawn.status()).isEqualTo(200);
        assertThat(withdrawn.text("/endedBy")).isEqualTo("WITHDRAWN");
        assertThat(waiting.join().status()).isEqualTo(410);
        assertThat(api.get("/v1/locks/" + name).number("/queueLength")).isZero();
    }

    @Test
    void aLeaseThatNobodyRenewsLetsTheNextIn() {
        String name = newName();
        long began = System.nanoTime();
        Reply first = api.post("/v1/locks/" + name, "{'ttl':'1s','owner':'sleepy'}");

        Reply next = api.post("/v1/locks/" + name, WAITING);
        long took = Duration.ofNanos(System.nanoTime() - began).toMillis();

        assertThat(next.status()).isEqualTo(201);
        assertThat(took).isBetween(1_000L, 4_000L);
        Reply late = api.post("/v1/leases/" + first.text("/lease") + "/renew", null);
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text("/endedBy")).isEqualTo("EXPIRED");
        assertThat(api.delete(hold(name, first.text("/lease"))).status()).isEqualTo(410);
    }

    @Test
    void aLeaseThatStoodBeforeTakesAndGivesBack() {
        String name = newName();
        String lease = api.post("/v1/leases", "{'ttl':'10m','owner':'worker'}").text("/lease");
        long token = 0;
        for (int i = 0; i < 3; i++) {
            Reply taken = api.post("/v1/locks/" + name, "{'lease':'" + lease + "'}");
            assertThat(taken.status()).isEqualTo(201);
            assertThat(taken.number("/fencingToken")).isGreaterThan(token);
            token = taken.number("/fencingToken");
            assertThat(api.delete(hold(name, lease)).status()).isEqualTo(200);
        }
        assertThat(api.get("/v1/leases/" + lease).status()).isEqualTo(200);
        assertThat(api.delete(hold(name, lease)).text("/endedBy")).isEqualTo("RELEASED");
    }

    @Test
    void aLeaseTakesANameByPutOnlyOnce() {
        String name = newName();
        String lease = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        assertThat(api.put(hold(name, lease), "{}").status()).isEqualTo(201);
        api.delete(hold(name, lease));

        Reply again = api.put(hold(name, lease), "{}");

        assertThat(again.status()).isEqualTo(410);
        assertThat(again.text("/code")).isEqualTo("HOLD_ENDED");
    }

    @Test
    void oneWhoAttachesToADeadLeaseGetsNoNewOne() {
        String name = newName();
        String lease = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        api.delete("/v1/leases/" + lease);

        assertThat(api.put(hold(name, lease), "{}").status()).isEqualTo(410);
        assertThat(api.put(hold(name, Api.newLease()), "{}").status()).isEqualTo(404);
    }

    @Test
    void anAttachedWaiterIsGranted() {
        String name = newName();
        String holder = Api.newLease();
        api.put(hold(name, holder), TTL);
        String lease = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        CompletableFuture<Reply> waiting =
                api.later("POST", "/v1/locks/" + name, "{'lease':'" + lease + "','wait':'20s'}");
        await().until(() -> api.get("/v1/locks/" + name).number("/queueLength") == 1);

        api.delete(hold(name, holder));

        assertThat(waiting.join().status()).isEqualTo(201);
        assertThat(api.get("/v1/leases/" + lease).text("/holds/0/state")).isEqualTo("HELD");
    }

    @Test
    void aLockWithMinHoldStaysClosedAfterItsRelease() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), "{'ttl':'30s','minHold':'3s'}");
        api.delete(hold(name, lease));

        Reply closed = api.post("/v1/locks/" + name, TTL);
        assertThat(closed.status()).isEqualTo(409);
        assertThat(closed.text("/code")).isEqualTo("CLOSED");
        assertThat(closed.number("/closedForMillis")).isBetween(1L, 3_500L);
        assertThat(api.get("/v1/locks/" + name).number("/closedForMillis")).isPositive();
        assertThat(api.delete(hold(name, lease)).status()).isEqualTo(200);
        assertThat(api.put(hold(name, lease), "{'ttl':'30s','minHold':'3s'}").status())
                .isEqualTo(410);

        assertThat(api.post("/v1/locks/" + name, WAITING).status()).isEqualTo(201);
    }

    @Test
    void maxHoldEndsALeaseThatIsRenewedForEver() {
        String name = newName();
        Reply taken = api.post("/v1/locks/" + name, "{'ttl':'2s','maxHold':'3s'}");
        String renew = "/v1/leases/" + taken.text("/lease") + "/renew";

        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> api.post(renew, null).status() == 410);

        Reply late = api.post(renew, null);
        assertThat(late.text("/endedBy")).isEqualTo("EXPIRED");
        assertThat(late.text("/reason")).isEqualTo("maxHold");
    }

    @Test
    void anImmediateRevocationLetsTheNextInAtOnce() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), TTL);

        Reply revoked = api.post(hold(name, lease) + "/revoke", "{'reason':'INC-1','immediately':true,'by':'anna'}");

        assertThat(revoked.status()).isEqualTo(200);
        assertThat(revoked.text("/endedBy")).isEqualTo("REVOKED");
        Reply late = api.post("/v1/leases/" + lease + "/renew", null);
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text("/by")).isEqualTo("anna");
        assertThat(late.text("/reason")).isEqualTo("INC-1");
        assertThat(api.post("/v1/locks/" + name, TTL).status()).isEqualTo(201);
        assertThat(api.delete(hold(name, lease)).status()).isEqualTo(410);
    }

    @Test
    void aPoliteRevocationWaitsForWhatTheHolderWasTold() {
        String name = newName();
        Reply taken = api.post("/v1/locks/" + name, "{'ttl':'2s'}");
        String lease = taken.text("/lease");

        Reply revoking = api.post(hold(name, lease) + "/revoke", "{'reason':'INC-2'}");

        assertThat(revoking.status()).isEqualTo(202);
        assertThat(revoking.text("/state")).isEqualTo("REVOKING");
        assertThat(api.post("/v1/leases/" + lease + "/renew", null).status()).isEqualTo(410);
        assertThat(api.post("/v1/locks/" + name, TTL).status()).isEqualTo(409);
        assertThat(api.post("/v1/locks/" + name, WAITING).status()).isEqualTo(201);
        assertThat(api.delete(hold(name, lease)).text("/endedBy")).isEqualTo("REVOKED");
    }

    @Test
    void aRevocationNeedsAReason() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), TTL);

        Reply refused = api.post(hold(name, lease) + "/revoke", "{}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("/field")).isEqualTo("reason");
    }

    @Test
    void aTokenIsCurrentUntilItsHoldEnds() {
        String name = newName();
        String lease = Api.newLease();
        long token = api.put(hold(name, lease), TTL).number("/fencingToken");
        String check = "/v1/locks/" + name + "/tokens/";

        assertThat(api.get(check + token).status()).isEqualTo(200);
        assertThat(api.get(check + token).body().at("/current").asBoolean()).isTrue();
        assertThat(api.get(check + (token + 1_000_000)).text("/code")).isEqualTo("TOKEN_UNKNOWN");

        api.delete(hold(name, lease));
        assertThat(api.get(check + token).text("/code")).isEqualTo("TOKEN_ENDED");
        long next = api.post("/v1/locks/" + name, TTL).number("/fencingToken");
        Reply ended = api.get(check + token);
        assertThat(ended.status()).isEqualTo(410);
        assertThat(ended.number("/newestToken")).isEqualTo(next);
    }

    @Test
    void aLockNeverUsedIsEmpty() {
        Reply empty = api.get("/v1/locks/" + newName());

        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.body().at("/holders")).isEmpty();
        assertThat(empty.number("/queueLength")).isZero();
        assertThat(empty.text("/path")).startsWith("/tenure/locks/");
    }

    @Test
    void locksAreListedByPages() {
        String prefix = newName() + "-list-";
        for (int i = 0; i < 5; i++) {
            api.put(hold(prefix + i, Api.newLease()), TTL);
        }
        var unused = api.later("POST", "/v1/locks/" + prefix + 3, WAITING);
        await().until(() -> api.get("/v1/locks/" + prefix + 3).number("/queueLength") == 1);

        Reply page = api.get("/v1/locks?prefix=" + prefix + "&limit=3");
        assertThat(page.body().at("/items")).hasSize(3);
        Reply rest = api.get("/v1/locks?prefix=" + prefix + "&limit=3&cursor=" + page.text("/next"));
        assertThat(rest.body().at("/items")).hasSize(2);
        assertThat(rest.has("/next")).isFalse();
        Reply waited = api.get("/v1/locks?prefix=" + prefix + "&minWaiters=1");
        assertThat(waited.body().at("/items")).hasSize(1);
        assertThat(waited.text("/items/0/name")).isEqualTo(prefix + 3);
        assertThat(api.get("/v1/locks?prefix=x&cursor=" + page.text("/next")).text("/code"))
                .isEqualTo("INVALID_CURSOR");
    }

    @Test
    void severalAreTakenAtOnceOrNotAtAll() {
        String one = newName();
        String two = newName();
        String lease = Api.newLease();
        String body = "{'ttl':'30s','owner':'move','holds':[{'kind':'lock','name':'" + one
                + "'},{'kind':'lock','name':'" + two + "'}]}";

        Reply both = api.put("/v1/leases/" + lease + "/holds", body);
        assertThat(both.status()).isEqualTo(201);
        assertThat(both.body().at("/holds")).hasSize(2);
        assertThat(api.put("/v1/leases/" + lease + "/holds", body).status()).isEqualTo(200);

        String other = Api.newLease();
        Reply refused = api.put("/v1/leases/" + other + "/holds", body);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().at("/holders")).hasSize(2);

        assertThat(api.delete(hold(one, lease)).status()).isEqualTo(200);
        assertThat(api.get("/v1/leases/" + lease).body().at("/holds")).hasSize(1);
        assertThat(api.delete("/v1/leases/" + lease).status()).isEqualTo(200);
    }

    @Test
    void severalThatWaitAreShownAndThenGrantedTogether() {
        String one = newName();
        String two = newName();
        String holder = Api.newLease();
        String lease = Api.newLease();
        api.put(hold(two, holder), TTL);
        CompletableFuture<Reply> waiting = api.later(
                "PUT",
                "/v1/leases/" + lease + "/holds",
                "{'ttl':'30s','wait':'20s','holds':[{'kind':'lock','name':'" + one + "'},{'kind':'lock','name':'" + two
                        + "'}]}");
        await().until(() -> api.get("/v1/locks/" + one).has("/reservedBy"));

        Reply reserved = api.get("/v1/locks/" + one);
        assertThat(reserved.text("/reservedBy/lease")).isEqualTo(lease);
        assertThat(reserved.number("/reservedBy/position")).isZero();
        assertThat(reserved.text("/reservedBy/waitsFor/0/name")).isEqualTo(two);

        api.delete(hold(two, holder));
        Reply granted = waiting.join();
        assertThat(granted.status()).isEqualTo(201);
        assertThat(granted.number("/holds/0/fencingToken")).isEqualTo(granted.number("/holds/1/fencingToken"));
    }
}
