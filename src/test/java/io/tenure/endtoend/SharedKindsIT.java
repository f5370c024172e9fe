package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What locks, read/write locks and semaphores have in common: several at once over all of them, and names that stay closed. */
class SharedKindsIT extends EndToEnd {
    @Test
    void severalOfAllKindsAreTakenTogetherAndEndOneByOne() {
        String name = withPermits(3);
        String lease = Api.newLease();

        Reply taken = api.put(several(lease), ask(name, "write", 2, "0s"));
        Reply again = api.put(several(lease), ask(name, "write", 2, "0s"));

        assertThat(taken.status()).as("%s", taken).isEqualTo(201);
        assertThat(taken.body().at("/holds")).hasSize(3);
        assertThat(taken.number("/holds/2/fencingToken")).isPositive();
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().at("/holds/0/fencingToken"))
                .isEqualTo(taken.body().at("/holds/0/fencingToken"));
        assertThat(api.post(hold("rwlock", name, lease) + "/downgrade", null).number("/fencingToken"))
                .isEqualTo(taken.number("/holds/1/fencingToken"));
        for (String kind : List.of("semaphore", "rwlock")) {
            assertThat(api.delete(hold(kind, name, lease)).text("/endedBy")).isEqualTo("RELEASED");
            assertThat(standing(kind, name)).isZero();
        }
        assertThat(api.get("/v1/leases/" + lease).body().at("/holds")).hasSize(1);
        assertThat(api.delete(hold("lock", name, lease)).text("/endedBy")).isEqualTo("RELEASED");
        assertThat(api.get("/v1/leases/" + lease).status()).isEqualTo(410);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "rwlock", "semaphore"})
    void ofSeveralNothingIsTakenWhileOneIsNotFree(String taken) {
        String name = withPermits(3);
        String holder = Api.newLease();
        String body = taken.equals("rwlock") ? "{'ttl':'30s','mode':'read'}" : "{'ttl':'30s'}";
        assertThat(api.put(hold(taken, name, holder), body).status()).isEqualTo(201);
        String lease = Api.newLease();

        Reply tried = api.put(several(lease), ask(name, "write", 3, "0s"));
        Reply waited = api.put(several(Api.newLease()), ask(name, "write", 3, "1s"));

        for (Reply refused : List.of(tried, waited)) {
            assertThat(refused.status()).as("%s", refused).isEqualTo(409);
            assertThat(refused.text("/code")).isEqualTo("HELD");
            assertThat(refused.body().at("/holders")).as("%s", refused).hasSize(1);
            assertThat(refused.text("/holders/0/kind")).isEqualTo(taken);
            assertThat(refused.text("/holders/0/lease")).isEqualTo(holder);
        }
        assertThat(api.get("/v1/leases/" + lease).status()).isEqualTo(404);
        for (String kind : List.of("lock", "rwlock", "semaphore")) {
            assertThat(standing(kind, name)).isEqualTo(kind.equals(taken) ? 1 : 0);
        }
    }

    @Test
    void ofSeveralOnlyThoseThatStandInTheWayAreNamed() {
        String name = withPermits(3);
        api.put(hold("rwlock", name, Api.newLease()), "{'ttl':'30s','mode':'read'}");
        api.put(hold("semaphore", name, Api.newLease()), "{'ttl':'30s'}");
        String holder = Api.newLease();
        api.put(hold("lock", name, holder), "{'ttl':'30s'}");

        Reply tried = api.put(several(Api.newLease()), ask(name, "read", 2, "0s"));
        Reply waited = api.put(several(Api.newLease()), ask(name, "read", 2, "1s"));

        for (Reply refused : List.of(tried, waited)) {
            assertThat(refused.body().at("/holders")).as("%s", refused).hasSize(1);
            assertThat(refused.text("/holders/0/kind")).isEqualTo("lock");
            assertThat(refused.text("/holders/0/lease")).isEqualTo(holder);
        }
    }

    @Test
    void severalAreTakenBesideReadersAndOtherPermits() {
        String name = withPermits(3);
        api.put(hold("rwlock", name, Api.newLease()), "{'ttl':'30s','mode':'read'}");
        api.put(hold("semaphore", name, Api.newLease()), "{'ttl':'30s'}");

        Reply taken = api.put(several(Api.newLease()), ask(name, "read", 2, "0s"));

        assertThat(taken.status()).as("%s", taken).isEqualTo(201);
    }

    @Test
    void severalThatWaitAreGrantedTogetherOnceAllAreFree() {
        String name = withPermits(3);
        String writer = Api.newLease();
        String permit = Api.newLease();
        api.put(hold("rwlock", name, writer), "{'ttl':'30s','mode':'write'}");
        api.put(hold("semaphore", name, permit), "{'ttl':'30s'}");
        String lease = Api.newLease();
        CompletableFuture<Reply> waiting = api.later("PUT", several(lease), ask(name, "read", 3, "20s"));
        awaitQueue("semaphore", name, 1);

        Reply reserved = api.get(thing("lock", name));
        assertThat(reserved.text("/reservedBy/lease")).isEqualTo(lease);
        assertThat(reserved.body().at("/reservedBy/waitsFor")).hasSize(2);
        assertThat(api.post(thing("lock", name), "{'ttl':'30s'}").text("/code")).isEqualTo("HELD");
        api.delete(hold("rwlock", name, writer));
        await().until(() ->
                api.get(thing("lock", name)).body().at("/reservedBy/waitsFor").size() == 1);
        assertThat(waiting).isNotDone();
        api.delete(hold("semaphore", name, permit));

        Reply granted = waiting.join();
        assertThat(granted.status()).as("%s", granted).isEqualTo(201);
        assertThat(granted.body().at("/holds")).hasSize(3);
    }

    @Test
    void ofSeveralNoneMayWantMoreThanThereIs() {
        String name = withPermits(1);

        assertThat(api.put(several(Api.newLease()), ask(name, "read", 2, "5s")).text("/code"))
                .isEqualTo("PERMITS_DIFFER");
        assertThat(api.put(several(Api.newLease()), ask(newName(), "read", 2, "5s"))
                        .text("/code"))
                .isEqualTo("SEMAPHORE_UNKNOWN");
        assertThat(standing("lock", name)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "rwlock", "semaphore"})
    void aNameStaysClosedAfterAnExpiryForAsLongAsItsLockDelay(String kind) {
        String name = withPermits(1);
        String lease = Api.newLease();
        String alone = kind.equals("rwlock") ? ",'mode':'write'" : "";
        api.put(hold(kind, name, lease), "{'ttl':'1s','lockDelay':'4s'" + alone + "}");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.get("/v1/leases/" + lease).status() == 410);
        long ended = System.nanoTime();

        Reply closed = api.post(thing(kind, name), "{'ttl':'30s'" + mode(kind) + "}");
        Reply look = api.get(thing(kind, name));
        Reply waited = api.post(thing(kind, name), "{'ttl':'30s','wait':'20s'" + mode(kind) + "}");

        assertThat(closed.status()).as("%s", closed).isEqualTo(409);
        assertThat(closed.text("/code")).isEqualTo("CLOSED");
        assertThat(closed.number("/closedForMillis")).isBetween(1L, 4_000L);
        assertThat(look.body().at("/holders")).isEmpty();
        assertThat(look.number("/closedForMillis")).isBetween(1L, 4_000L);
        assertThat(waited.status()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - ended).toMillis()).isBetween(3_000L, 9_000L);
        assertThat(api.post("/v1/leases/" + lease + "/renew", null).text("/endedBy"))
                .isEqualTo("EXPIRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "rwlock", "semaphore"})
    void aLockDelayDoesNotFollowARelease(String kind) {
        String name = withPermits(1);
        String lease = Api.newLease();
        api.put(hold(kind, name, lease), "{'ttl':'30s','lockDelay':'60s'" + mode(kind) + "}");

        api.delete(hold(kind, name, lease));

        assertThat(api.post(thing(kind, name), "{'ttl':'30s'" + mode(kind) + "}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aLockDelayDoesNotFollowARevocation() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), "{'ttl':'30s','lockDelay':'60s'}");

        api.post(hold(name, lease) + "/revoke", "{'reason':'x','immediately':true}");

        assertThat(api.post(thing("lock", name), "{'ttl':'30s'}").status()).isEqualTo(201);
    }

    @Test
    void theLongerOfLockDelayAndMinHoldCounts() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), "{'ttl':'1s','lockDelay':'1s','minHold':'6s'}");
        String other = newName();
        String second = Api.newLease();
        api.put(hold(other, second), "{'ttl':'1s','lockDelay':'6s','minHold':'1s'}");
        await().until(() -> api.get("/v1/leases/" + lease).status() == 410
                && api.get("/v1/leases/" + second).status() == 410);

        await().pollDelay(Duration.ofSeconds(2)).untilAsserted(() -> {
            assertThat(api.post(thing("lock", name), "{'ttl':'30s'}").text("/code"))
                    .isEqualTo("CLOSED");
            assertThat(api.post(thing("lock", other), "{'ttl':'30s'}").text("/code"))
                    .isEqualTo("CLOSED");
        });
        assertThat(api.post(thing("lock", name), "{'ttl':'30s','wait':'20s'}").status())
                .isEqualTo(201);
        assertThat(api.post(thing("lock", other), "{'ttl':'30s','wait':'20s'}").status())
                .isEqualTo(201);
    }

    @Test
    void anotherLockDelayIsAnotherRequest() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold(name, lease), "{'ttl':'30s','lockDelay':'5s'}");

        assertThat(api.put(hold(name, lease), "{'ttl':'30s','lockDelay':'5s'}").status())
                .isEqualTo(200);
        assertThat(api.put(hold(name, lease), "{'ttl':'30s','lockDelay':'6s'}").text("/code"))
                .isEqualTo("LEASE_DIFFERS");
    }

    @Test
    void beyondAClosedPermitTheOthersAreGranted() {
        String name = withPermits(3);
        String lease = Api.newLease();
        api.put(hold("semaphore", name, lease), "{'ttl':'1s','count':2,'lockDelay':'30s'}");
        await().until(() -> api.get("/v1/leases/" + lease).status() == 410);

        Reply one = api.post(thing("semaphore", name), "{'ttl':'30s'}");
        Reply two = api.post(thing("semaphore", name), "{'ttl':'30s'}");

        assertThat(one.status()).as("%s", one).isEqualTo(201);
        assertThat(two.status()).isEqualTo(409);
        assertThat(two.number("/out")).isEqualTo(3);
        assertThat(api.get(thing("semaphore", name)).body().at("/holders")).hasSize(1);
    }

    @Test
    void aReaderThatExpiredKeepsWritersOutAndNotReaders() {
        String name = newName();
        String lease = Api.newLease();
        api.put(hold("rwlock", name, lease), "{'ttl':'1s','mode':'read','lockDelay':'30s'}");
        await().until(() -> api.get("/v1/leases/" + lease).status() == 410);

        assertThat(api.post(thing("rwlock", name), "{'ttl':'30s','mode':'write'}")
                        .text("/code"))
                .isEqualTo("CLOSED");
        assertThat(api.post(thing("rwlock", name), "{'ttl':'30s','mode':'read'}")
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwlock", "semaphore"})
    void aLeaseThatIsClosedOutByItsOwnOldPlaceIsTold(String kind) {
        String name = withPermits(2);
        String lease = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        String body = "{'lease':'" + lease + "','minHold':'4s'" + mode(kind) + "}";
        assertThat(api.post(thing(kind, name), body).status()).isEqualTo(201);
        assertThat(api.delete(hold(kind, name, lease)).status()).isEqualTo(200);

        Reply closed = api.post(thing(kind, name), body);

        assertThat(closed.status()).as("%s", closed).isEqualTo(409);
        assertThat(closed.text("/code")).isEqualTo("CLOSED");
        assertThat(api.post(thing(kind, name), "{'ttl':'30s'" + mode(kind) + "}")
                        .status())
                .isEqualTo(201);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.post(thing(kind, name), body).status() == 201);
    }

    @Test
    void looksShowTheSameOfAllKinds() {
        String name = withPermits(1);
        for (String kind : List.of("lock", "rwlock", "semaphore")) {
            String holder = Api.newLease();
            String waiter = Api.newLease();
            String mode = kind.equals("rwlock") ? ",'mode':'write'" : "";
            api.put(hold(kind, name, holder), "{'ttl':'30s','owner':'h','reason':'x'" + mode + "}");
            api.put(hold(kind, name, waiter), "{'ttl':'30s','owner':'q','queue':true" + mode + "}");

            Reply look = api.get(thing(kind, name));
            assertThat(look.text("/name")).isEqualTo(name);
            assertThat(look.text("/revision")).isNotEmpty();
            assertThat(look.text("/holders/0/lease")).isEqualTo(holder);
            assertThat(look.text("/holders/0/owner")).isEqualTo("h");
            assertThat(look.text("/holders/0/reason")).isEqualTo("x");
            assertThat(look.has("/holders/0/lastRenewedMillisAgo")).isTrue();
            assertThat(look.text("/waiters/0/lease")).isEqualTo(waiter);
            assertThat(look.number("/waiters/0/position")).isEqualTo(1);
            assertThat(look.number("/queueLength")).isEqualTo(1);
            assertThat(look.has("/permits")).isEqualTo(kind.equals("semaphore"));
            Reply place = api.get(hold(kind, name, waiter));
            assertThat(place.text("/state")).isEqualTo("QUEUED");
            assertThat(place.number("/position")).isEqualTo(1);
            assertThat(api.get("/v1/" + kind + "s?minWaiters=1&prefix=" + name)
                            .body()
                            .at("/items"))
                    .hasSize(1);
            CompletableFuture<Reply> granted = api.later("GET", hold(kind, name, waiter) + "?wait=20s", null);
            api.delete(hold(kind, name, holder));
            assertThat(granted.join().text("/state")).isEqualTo("HELD");
            assertThat(api.get(thing(kind, name)).text("/revision")).isNotEqualTo(look.text("/revision"));
        }
    }

    private String withPermits(int permits) {
        String name = newName();
        api.put(thing("semaphore", name), "{'permits':" + permits + "}");
        return name;
    }

    private static String mode(String kind) {
        return kind.equals("rwlock") ? ",'mode':'read'" : "";
    }

    private static String several(String lease) {
        return "/v1/leases/" + lease + "/holds";
    }

    private static String ask(String name, String mode, int count, String wait) {
        return Stream.of(
                        "{'ttl':'30s','owner':'move','wait':'" + wait + "','holds':[{'kind':'lock','name':'" + name,
                        "'},{'kind':'rwlock','name':'" + name + "','mode':'" + mode,
                        "'},{'kind':'semaphore','name':'" + name + "','count':" + count + "}]}")
                .reduce("", String::concat);
    }

    private long standing(String kind, String name) {
        Reply look = api.get(thing(kind, name));
        return look.body().at("/holders").size() + look.number("/queueLength") + (look.has("/reservedBy") ? 1 : 0);
    }
}
