package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Semaphores over HTTP. */
class SemaphoresIT extends EndToEnd {
    private static final String ONE = "{'ttl':'30s','owner':'s'}";
    private static final String ONE_WAITING = "{'ttl':'30s','owner':'s','wait':'20s'}";

    @Test
    void permitsAreSetChangedAndTaken() {
        String name = newName();

        Reply unset = api.get(thing("semaphore", name));
        Reply created = api.put(thing("semaphore", name), "{'permits':5}");
        Reply again = api.put(thing("semaphore", name), "{'permits':5}");
        Reply more = api.put(thing("semaphore", name), "{'permits':7}");

        assertThat(unset.status()).isEqualTo(200);
        assertThat(unset.number("/permits")).isZero();
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains(thing("semaphore", name));
        assertThat(created.number("/permits")).isEqualTo(5);
        assertThat(created.has("/before")).isFalse();
        assertThat(again.status()).isEqualTo(200);
        assertThat(more.status()).isEqualTo(200);
        assertThat(more.number("/permits")).isEqualTo(7);
        assertThat(more.number("/before")).isEqualTo(5);
        assertThat(api.get(thing("semaphore", name)).number("/permits")).isEqualTo(7);
        assertThat(api.delete(thing("semaphore", name)).status()).isEqualTo(200);
        assertThat(api.delete(thing("semaphore", name)).text("/code")).isEqualTo("SEMAPHORE_UNKNOWN");
        assertThat(api.get(thing("semaphore", name)).number("/permits")).isZero();
    }

    @Test
    void aSemaphoreThatNobodyHasSetIsUnknown() {
        String name = newName();

        for (String ask : List.of(ONE, "{'ttl':'30s','wait':'2s'}", "{'ttl':'30s','queue':true}")) {
            Reply refused = api.post(thing("semaphore", name), ask);
            assertThat(refused.status()).as("%s", refused).isEqualTo(404);
            assertThat(refused.text("/code")).isEqualTo("SEMAPHORE_UNKNOWN");
        }
    }

    @Test
    void moreThanThereAreIsRefusedAtOnce() {
        String name = withPermits(2);

        Reply refused = api.post(thing("semaphore", name), "{'ttl':'30s','count':3,'wait':'20s'}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("PERMITS_DIFFER");
        assertThat(refused.number("/permits")).isEqualTo(2);
        assertThat(refused.number("/count")).isEqualTo(3);
        assertThat(places(name)).isZero();
    }

    @Test
    void asManyHoldAsThereArePermits() {
        String name = withPermits(3);
        Reply two = api.put(at(name, Api.newLease()), "{'ttl':'30s','count':2}");
        Reply one = api.put(at(name, Api.newLease()), "{'ttl':'30s','count':1}");

        Reply refused = api.post(thing("semaphore", name), ONE);

        assertThat(two.status()).isEqualTo(201);
        assertThat(two.number("/count")).isEqualTo(2);
        assertThat(one.status()).isEqualTo(201);
        assertThat(one.number("/fencingToken")).isGreaterThan(two.number("/fencingToken"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("HELD");
        Reply look = api.get(thing("semaphore", name));
        assertThat(look.number("/permits")).isEqualTo(3);
        assertThat(look.body().at("/holders")).hasSize(2);
        assertThat(look.number("/holders/0/count")).isEqualTo(2);
        assertThat(look.number("/queueLength")).isZero();
        assertThat(look.text("/path")).isEqualTo("/tenure/semaphores/" + name);
    }

    @Test
    void aRefusalSaysHowManyAreOutAndHowManyWereAskedFor() {
        String name = withPermits(3);
        api.post(thing("semaphore", name), "{'ttl':'30s','count':2}");

        Reply refused = api.post(thing("semaphore", name), "{'ttl':'30s','count':2}");

        assertThat(refused.text("/code")).isEqualTo("HELD");
        assertThat(refused.number("/permits")).isEqualTo(3);
        assertThat(refused.number("/out")).isEqualTo(2);
        assertThat(refused.number("/count")).isEqualTo(2);
        assertThat(refused.text("/detail")).contains("3 permits", "2 out", "2 asked for");
        Reply waited = api.post(thing("semaphore", name), "{'ttl':'30s','count':2,'wait':'1s'}");
        assertThat(waited.text("/detail")).contains("3 permits", "2 out", "2 asked for");
        assertThat(waited.number("/waitedMillis")).isPositive();
    }

    @Test
    void triesTakeWhatIsThereAndLeaveNothingBehind() {
        String name = withPermits(3);
        api.put(at(name, Api.newLease()), ONE);
        for (int i = 0; i < 3; i++) {
            String lease = Api.newLease();
            assertThat(api.put(at(name, lease), "{'ttl':'30s','count':3}").status())
                    .isEqualTo(409);
            assertThat(api.get("/v1/leases/" + lease).status()).isEqualTo(404);
        }
        assertThat(places(name)).isEqualTo(1);

        assertThat(api.post(thing("semaphore", name), "{'ttl':'30s','count':2}").status())
                .isEqualTo(201);
    }

    @Test
    void triesAtOnceTakeNoMoreThanThereAre() {
        String name = withPermits(5);
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(api.later("POST", thing("semaphore", name), ONE));
        }

        List<Integer> statuses =
                all.stream().map(CompletableFuture::join).map(Reply::status).toList();

        assertThat(statuses).containsOnly(201, 409);
        assertThat(statuses.stream().filter(status -> status == 201).count()).isBetween(1L, 5L);
        assertThat(places(name))
                .isEqualTo(statuses.stream().filter(status -> status == 201).count());
    }

    @Test
    void aLargeRequestIsNotOvertakenBySmallOnes() {
        String name = withPermits(3);
        String two = Api.newLease();
        String one = Api.newLease();
        api.put(at(name, two), "{'ttl':'30s','count':2}");
        api.put(at(name, one), ONE);
        CompletableFuture<Reply> large =
                api.later("POST", thing("semaphore", name), "{'ttl':'30s','count':3,'wait':'20s'}");
        awaitQueue("semaphore", name, 1);
        CompletableFuture<Reply> small = api.later("POST", thing("semaphore", name), ONE_WAITING);
        awaitQueue("semaphore", name, 2);

        Reply look = api.get(thing("semaphore", name));
        assertThat(look.number("/waiters/0/count")).isEqualTo(3);
        assertThat(look.number("/waiters/0/position")).isEqualTo(1);
        assertThat(look.number("/waiters/1/position")).isEqualTo(2);
        api.delete(at(name, two));
        awaitQueue("semaphore", name, 2);
        assertThat(api.post(thing("semaphore", name), ONE).status()).isEqualTo(409);
        assertThat(large).isNotDone();
        assertThat(small).isNotDone();
        api.delete(at(name, one));

        Reply granted = large.join();
        assertThat(granted.status()).isEqualTo(201);
        assertThat(granted.number("/count")).isEqualTo(3);
        assertThat(small).isNotDone();
        api.delete(at(name, granted.text("/lease")));
        assertThat(small.join().status()).isEqualTo(201);
    }

    @Test
    void everyoneWhoIsEntitledByAnEndIsGranted() {
        for (String way : List.of("release", "lease", "revoke", "expire")) {
            String name = withPermits(4);
            String four = Api.newLease();
            Reply held = api.put(
                    at(name, four), way.equals("expire") ? "{'ttl':'1s','count':4}" : "{'ttl':'30s','count':4}");
            List<CompletableFuture<Reply>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String ask = i == 0 ? "{'ttl':'30s','count':2,'wait':'20s'}" : ONE_WAITING;
                waiting.add(api.later("POST", thing("semaphore", name), ask));
            }
            if (!way.equals("expire")) {
                awaitQueue("semaphore", name, 3);
            }

            switch (way) {
                case "release" -> api.delete(at(name, four));
                case "lease" -> api.delete("/v1/leases/" + four);
                case "revoke" -> api.post(at(name, four) + "/revoke", "{'reason':'x','immediately':true}");
                default -> assertThat(way).isEqualTo("expire");
            }

            for (CompletableFuture<Reply> each : waiting) {
                Reply granted = each.join();
                assertThat(granted.status()).as("%s: %s", way, granted).isEqualTo(201);
                assertThat(granted.number("/fencingToken")).isGreaterThan(held.number("/fencingToken"));
            }
            assertThat(token(name, held).text("/code")).isEqualTo("TOKEN_ENDED");
            assertThat(api.get(thing("semaphore", name)).body().at("/holders")).hasSize(3);
            assertThat(api.post(thing("semaphore", name), ONE).status()).isEqualTo(409);
        }
    }

    @Test
    void theSamePutAgainHasTheSameTokenAndAnotherCountIsAnotherRequest() {
        String name = withPermits(5);
        String lease = Api.newLease();
        Reply first = api.put(at(name, lease), "{'ttl':'30s','count':2}");

        Reply again = api.put(at(name, lease), "{'ttl':'30s','count':2}");
        Reply other = api.put(at(name, lease), "{'ttl':'30s','count':3}");
        Reply attached = api.put(at(name, lease), "{'count':3}");
        Reply posted = api.post(thing("semaphore", name), "{'lease':'" + lease + "','count':3}");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.number("/fencingToken")).isEqualTo(first.number("/fencingToken"));
        assertThat(other.text("/code")).isEqualTo("LEASE_DIFFERS");
        assertThat(attached.text("/code")).isEqualTo("LEASE_DIFFERS");
        assertThat(posted.text("/code")).isEqualTo("LEASE_DIFFERS");
        assertThat(places(name)).isEqualTo(1);
        assertThat(api.put(at(name, lease), "{'count':2}").status()).isEqualTo(200);
        String single = Api.newLease();
        assertThat(api.put(at(name, single), "{'ttl':'30s','count':1}").status())
                .isEqualTo(201);
        assertThat(api.put(at(name, single), ONE.replace(",'owner':'s'", "")).status())
                .isEqualTo(200);
    }

    @Test
    void morePermitsLetWaitersIn() {
        String name = withPermits(1);
        api.put(at(name, Api.newLease()), ONE);
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            waiting.add(api.later("POST", thing("semaphore", name), ONE_WAITING));
            awaitQueue("semaphore", name, i);
        }

        api.put(thing("semaphore", name), "{'permits':3}");

        assertThat(waiting.get(0).join().status()).isEqualTo(201);
        assertThat(waiting.get(1).join().status()).isEqualTo(201);
        assertThat(waiting.get(2)).isNotDone();
        assertThat(api.get(thing("semaphore", name)).number("/queueLength")).isEqualTo(1);
        api.put(thing("semaphore", name), "{'permits':4}");
        assertThat(waiting.get(2).join().status()).isEqualTo(201);
    }

    @Test
    void fewerPermitsTakeNothingAwayAndCountAsHoldsEnd() {
        String name = withPermits(3);
        List<String> holders = List.of(Api.newLease(), Api.newLease(), Api.newLease());
        List<Reply> held = new ArrayList<>();
        for (String holder : holders) {
            held.add(api.put(at(name, holder), ONE));
        }

        api.put(thing("semaphore", name), "{'permits':1}");

        for (int i = 0; i < 3; i++) {
            assertThat(token(name, held.get(i)).status()).isEqualTo(200);
            assertThat(api.post("/v1/leases/" + holders.get(i) + "/renew", null).status())
                    .isEqualTo(200);
            assertThat(api.put(at(name, holders.get(i)), ONE).status()).isEqualTo(200);
        }
        Reply look = api.get(thing("semaphore", name));
        assertThat(look.number("/permits")).isEqualTo(1);
        assertThat(look.body().at("/holders")).hasSize(3);
        assertThat(look.number("/queueLength")).as("%s", look).isZero();
        CompletableFuture<Reply> waiting = api.later("POST", thing("semaphore", name), ONE_WAITING);
        await().until(() ->
                api.get(thing("semaphore", name)).body().at("/waiters").size() == 1);
        assertThat(api.get(thing("semaphore", name)).number("/waiters/0/position"))
                .isEqualTo(1);
        for (String holder : holders) {
            assertThat(waiting).isNotDone();
            assertThat(api.post(thing("semaphore", name), ONE).status()).isEqualTo(409);
            api.delete(at(name, holder));
        }
        assertThat(waiting.join().status()).isEqualTo(201);
    }

    @Test
    void aSemaphoreInUseIsNotRemoved() {
        String name = withPermits(1);
        String holder = Api.newLease();
        api.put(at(name, holder), ONE);
        CompletableFuture<Reply> waiting = api.later("POST", thing("semaphore", name), ONE_WAITING);
        awaitQueue("semaphore", name, 1);

        assertThat(api.delete(thing("semaphore", name)).text("/code")).isEqualTo("IN_USE");
        api.delete(at(name, holder));
        Reply granted = waiting.join();
        assertThat(api.delete(thing("semaphore", name)).text("/code")).isEqualTo("IN_USE");
        api.delete(at(name, granted.text("/lease")));
        assertThat(api.delete(thing("semaphore", name)).status()).isEqualTo(200);
        assertThat(api.post(thing("semaphore", name), ONE).text("/code")).isEqualTo("SEMAPHORE_UNKNOWN");
    }

    @Test
    void aHoldOfSeveralPermitsEndsAsAWhole() {
        String name = withPermits(5);
        String lease = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        for (int i = 0; i < 3; i++) {
            Reply taken = api.post(thing("semaphore", name), "{'lease':'" + lease + "','count':5}");
            assertThat(taken.status()).as("%s", taken).isEqualTo(201);
            assertThat(api.delete(at(name, lease)).text("/endedBy")).isEqualTo("RELEASED");
            assertThat(places(name)).isZero();
        }
        assertThat(api.post(thing("semaphore", name), "{'ttl':'30s','count':5}").status())
                .isEqualTo(201);
    }

    @Test
    void aWaiterForSeveralThatGivesUpLetsOthersPass() {
        String name = withPermits(2);
        api.put(at(name, Api.newLease()), ONE);
        String large = Api.newLease();
        CompletableFuture<Reply> waits = api.later("PUT", at(name, large), "{'ttl':'30s','count':2,'wait':'20s'}");
        awaitQueue("semaphore", name, 1);
        CompletableFuture<Reply> small = api.later("POST", thing("semaphore", name), ONE_WAITING);
        awaitQueue("semaphore", name, 2);

        assertThat(api.delete(at(name, large)).text("/endedBy")).isEqualTo("WITHDRAWN");

        assertThat(waits.join().status()).isEqualTo(410);
        assertThat(small.join().status()).isEqualTo(201);
    }

    @Test
    void tokensOfPermitsAreCheckedOneByOne() {
        String name = withPermits(2);
        Reply one = api.put(at(name, Api.newLease()), ONE);
        Reply two = api.put(at(name, Api.newLease()), ONE);

        assertThat(token(name, one).status()).isEqualTo(200);
        assertThat(token(name, two).status()).isEqualTo(200);
        api.delete(at(name, two.text("/lease")));
        assertThat(token(name, two).text("/code")).isEqualTo("TOKEN_ENDED");
        assertThat(token(name, one).status()).isEqualTo(200);
        assertThat(api.get(thing("semaphore", name) + "/tokens/" + (two.number("/fencingToken") + 1_000_000))
                        .text("/code"))
                .isEqualTo("TOKEN_UNKNOWN");
    }

    @Test
    void permitsThatChangeAllTheTimeLetNobodyInTooMany() throws Exception {
        String name = withPermits(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(CompletableFuture.supplyAsync(() -> {
                int times = 0;
                while (System.nanoTime() < until) {
                    Reply held = api.post(thing("semaphore", name), ONE_WAITING);
                    assertThat(held.status()).as("%s", held).isEqualTo(201);
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                    api.delete(at(name, held.text("/lease")));
                    times++;
                }
                return times;
            }));
        }
        while (System.nanoTime() < until) {
            for (int permits = 1; permits <= 3; permits++) {
                api.put(thing("semaphore", name), "{'permits':" + permits + "}");
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }

        for (CompletableFuture<Integer> client : clients) {
            assertThat(client.get()).isPositive();
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(places(name)).isZero();
    }

    private String withPermits(int permits) {
        String name = newName();
        assertThat(api.put(thing("semaphore", name), "{'permits':" + permits + "}")
                        .status())
                .isEqualTo(201);
        return name;
    }

    private static String at(String name, String lease) {
        return hold("semaphore", name, lease);
    }

    private Reply token(String name, Reply held) {
        return api.get(thing("semaphore", name) + "/tokens/" + held.number("/fencingToken"));
    }

    private long places(String name) {
        Reply look = api.get(thing("semaphore", name));
        return look.body().at("/holders").size() + look.number("/queueLength");
    }
}
