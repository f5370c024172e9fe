package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;

/** What one who waits is told over HTTP. */
class ExplainIT extends EndToEnd {
    private static final String QUEUED = "'ttl':'30s','queue':true";

    @Test
    void aNameThatNobodyUsesIsFree() {
        for (String kind : new String[] {"lock", "rwlock", "election"}) {
            Reply told = api.get("/v1/" + kind + "s/never-used/explain");

            assertThat(told.status()).isEqualTo(200);
            assertThat(told.text("/kind")).isEqualTo(kind);
            assertThat(told.body().at("/free").asBoolean()).isTrue();
            assertThat(told.body().at("/ahead")).isEmpty();
            assertThat(told.text("/detail")).startsWith(kind + " never-used is free");
            assertThat(told.has("/medianHeldMillis")).isFalse();
            assertThat(told.has("/lease")).isFalse();
        }
    }

    @Test
    void aLeaseThatHasNoPlaceIsUnknown() {
        Reply told = api.get("/v1/locks/never-used/explain?lease=" + Api.newLease());

        assertThat(told.status()).isEqualTo(404);
        assertThat(told.text("/code")).isEqualTo("HOLD_UNKNOWN");
        assertThat(api.get("/v1/locks/x/explain?lease=1").status()).isEqualTo(400);
        assertThat(api.get("/v1/locks/x/explain?leas=1").status()).isEqualTo(400);
    }

    @Test
    void whoWaitsForALockIsToldWhoHoldsItUntilWhenAndWhoIsBefore() {
        String name = newName();
        String holder = take("locks", name, "'ttl':'30s','owner':'a','maxHold':'1h','reason':'close'");
        String first = take("locks", name, QUEUED + ",'owner':'b'");
        String second = take("locks", name, QUEUED + ",'owner':'c'");

        Reply told = explain("locks", name, second);

        assertThat(told.status()).isEqualTo(200);
        assertThat(told.text("/lease")).isEqualTo(second);
        assertThat(told.text("/state")).isEqualTo("QUEUED");
        assertThat(told.number("/position")).isEqualTo(2);
        assertThat(told.number("/aheadCount")).isEqualTo(2);
        assertThat(told.text("/ahead/0/lease")).isEqualTo(holder);
        assertThat(told.text("/ahead/0/state")).isEqualTo("HELD");
        assertThat(told.text("/ahead/0/reason")).isEqualTo("close");
        Instant since = Instant.parse(told.text("/ahead/0/since"));
        assertThat(Instant.parse(told.text("/ahead/0/expiresAt"))).isEqualTo(since.plusSeconds(30));
        assertThat(Instant.parse(told.text("/ahead/0/maxHoldUntil"))).isEqualTo(since.plusSeconds(3_600));
        assertThat(told.text("/ahead/1/lease")).isEqualTo(first);
        assertThat(told.text("/ahead/1/state")).isEqualTo("QUEUED");
        assertThat(told.number("/ahead/1/position")).isEqualTo(1);
        assertThat(told.text("/detail"))
                .isEqualTo("c waits for lock " + name + " since " + told.text("/since")
                        + " as number 2: it is held by a since "
                        + told.text("/ahead/0/since") + ", until " + told.text("/ahead/0/expiresAt")
                        + " unless it renews and until " + told.text("/ahead/0/maxHoldUntil")
                        + " whatever it does, and 1 waits before it");
    }

    @Test
    void whoHoldsWaitsForNobody() {
        String name = newName();
        String holder = take("locks", name, "'ttl':'30s','owner':'a'");

        Reply told = explain("locks", name, holder);

        assertThat(told.text("/state")).isEqualTo("HELD");
        assertThat(told.body().at("/ahead")).isEmpty();
        assertThat(told.text("/detail")).contains("a holds lock " + name, "waits for nobody");
    }

    @Test
    void whoeverCameNowIsToldOfTheWholeQueue() {
        String name = newName();
        take("locks", name, "'ttl':'30s','owner':'a'");
        take("locks", name, QUEUED + ",'owner':'b'");

        Reply told = api.get("/v1/locks/" + name + "/explain");

        assertThat(told.number("/aheadCount")).isEqualTo(2);
        assertThat(told.body().at("/free").asBoolean()).isFalse();
        assertThat(told.text("/detail"))
                .startsWith("lock " + name + " is held by a since ")
                .endsWith(", and 1 waits");
    }

    @Test
    void howLongItTakesIsEstimatedFromHowLongItWasHeldBefore() {
        String name = newName();
        for (int i = 0; i < 3; i++) {
            String lease = take("locks", name, "'ttl':'30s'");
            CompletableFuture<Void> held =
                    CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
            held.join();
            api.delete(hold(name, lease));
        }
        take("locks", name, "'ttl':'30s','owner':'a'");
        take("locks", name, QUEUED + ",'owner':'b'");
        String second = take("locks", name, QUEUED + ",'owner':'c'");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> explain("locks", name, second).has("/medianHeldMillis"));
        Reply told = explain("locks", name, second);

        long median = told.number("/medianHeldMillis");
        assertThat(median).isBetween(300L, 3_000L);
        assertThat(told.number("/estimatedWaitMillis")).isBetween(median, 2 * median);
        assertThat(told.text("/detail")).contains("as a rule, it may be free in");
    }

    @Test
    void aLockThatIsClosedSaysForHowLongAndWhy() {
        String name = newName();
        String holder = take("locks", name, "'ttl':'30s','owner':'a','minHold':'20s'");
        String waiter = take("locks", name, QUEUED + ",'owner':'b'");
        api.delete(hold(name, holder));

        Reply told = explain("locks", name, waiter);

        assertThat(told.number("/closedForMillis")).isBetween(1L, 20_000L);
        assertThat(told.text("/ahead/0/state")).isEqualTo("ENDED");
        assertThat(told.text("/detail")).contains("stays closed for another", "as a, who held it last, has asked");
    }

    @Test
    void aHolderThatIsAskedToEndSaysWhenItDoes() {
        String name = newName();
        String holder = take("locks", name, "'ttl':'30s','owner':'a'");
        String waiter = take("locks", name, QUEUED + ",'owner':'b'");
        api.post("/v1/leases/" + holder + "/revoke", "{'reason':'INC-1'}");

        Reply told = explain("locks", name, waiter);

        assertThat(told.body().at("/ahead/0/revoking").asBoolean()).isTrue();
        assertThat(told.text("/detail")).contains("asked to end and loses it at " + told.text("/ahead/0/expiresAt"));
    }

    @Test
    void oneHoldThatWasTakenFromALeaseKeepsTheLockClosed() {
        String name = newName();
        String lease = Api.newLease();
        api.put("/v1/leases/" + lease, "{'ttl':'30s','owner':'a'}");
        api.put(hold(name, lease), "{}");
        api.put(hold(newName(), lease), "{}");
        String waiter = take("locks", name, QUEUED + ",'owner':'b'");
        api.post(hold(name, lease) + "/revoke", "{'reason':'INC-1'}");

        Reply told = explain("locks", name, waiter);

        assertThat(told.number("/closedForMillis")).isBetween(1L, 31_000L);
        assertThat(told.text("/detail")).contains("because a, from whom it was taken, may still work");
        assertThat(explain("locks", name, lease).text("/code")).isEqualTo("HOLD_UNKNOWN");
    }

    @Test
    void readersAreToldOfTheWriterTheyStandBehind() {
        String name = newName();
        take("rwlocks", name, "'ttl':'30s','owner':'r1','mode':'read'");
        take("rwlocks", name, "'ttl':'30s','owner':'r2','mode':'read'");
        take("rwlocks", name, QUEUED + ",'owner':'w','mode':'write'");
        String reader = take("rwlocks", name, QUEUED + ",'owner':'r3','mode':'read'");

        Reply told = explain("rwlocks", name, reader);

        assertThat(told.number("/aheadCount")).isEqualTo(3);
        assertThat(told.text("/ahead/2/mode")).isEqualTo("write");
        assertThat(told.has("/estimatedWaitMillis")).isFalse();
        assertThat(told.text("/detail"))
                .contains("it is held for reading by r1, r2, the first since", "1 waits before");
    }

    @Test
    void aSemaphoreSaysHowManyPermitsAreOutAndWanted() {
        String name = newName();
        api.put("/v1/semaphores/" + name, "{'permits':5}");
        Reply free = api.get("/v1/semaphores/" + name + "/explain");
        take("semaphores", name, "'ttl':'30s','owner':'a','count':3");
        take("semaphores", name, "'ttl':'30s','owner':'b'");
        Reply some = api.get("/v1/semaphores/" + name + "/explain");
        take("semaphores", name, QUEUED + ",'owner':'c','count':2");
        String last = take("semaphores", name, QUEUED + ",'owner':'d'");

        Reply told = explain("semaphores", name, last);

        assertThat(free.text("/detail")).contains("is free: none of its 5 permits is out");
        assertThat(some.body().at("/free").asBoolean()).isTrue();
        assertThat(some.number("/permitsOut")).isEqualTo(4);
        assertThat(told.number("/permits")).isEqualTo(5);
        assertThat(told.number("/permitsOut")).isEqualTo(4);
        assertThat(told.number("/permitsWanted")).isEqualTo(3);
        assertThat(told.number("/position")).isEqualTo(2);
        assertThat(told.number("/ahead/0/count")).isEqualTo(3);
        assertThat(told.text("/detail")).contains("it has 5 permits, 4 are out and 3 wanted, is held by a, b");
        assertThat(api.get("/v1/semaphores/nobodys/explain").text("/detail")).contains("nobody has given it any");
    }

    @Test
    void aCandidateIsToldWhoLeads() {
        String name = newName();
        api.put(candidate(name, Api.newLease()), "{'ttl':'30s','owner':'a','id':'w1'}");
        String follower = Api.newLease();
        api.put(candidate(name, follower), "{'ttl':'30s','owner':'b','id':'w2'}");

        Reply told = api.get("/v1/elections/" + name + "/explain?lease=" + follower);

        assertThat(told.number("/position")).isEqualTo(1);
        assertThat(told.text("/detail")).contains("b waits for election " + name, "it is led by a since");
    }

    @Test
    void oneThatIsFirstAndWaitsForOtherNamesTooSaysSo() {
        String free = newName();
        String held = newName();
        take("locks", held, "'ttl':'30s','owner':'a'");
        String several = Api.newLease();
        CompletableFuture<Reply> hangs = api.later(
                "PUT",
                "/v1/leases/" + several + "/holds",
                "{'ttl':'30s','wait':'20s','owner':'m','holds':[{'kind':'lock','name':'" + free
                        + "'},{'kind':'lock','name':'" + held + "'}]}");
        await().until(() -> explain("locks", free, several).status() == 200);
        String waiter = take("locks", free, QUEUED + ",'owner':'b'");

        Reply reserved = explain("locks", free, several);
        Reply told = explain("locks", free, waiter);

        assertThat(reserved.number("/position")).isZero();
        assertThat(reserved.text("/detail")).contains("m is first for lock " + free, "together with lock " + held);
        assertThat(told.text("/ahead/0/waitsFor/0/name")).isEqualTo(held);
        assertThat(told.text("/detail")).contains("it goes to m next, together with lock " + held);
        api.delete("/v1/leases/" + several);
        hangs.join();
    }

    @Test
    void nativeClientsAreTold() throws Exception {
        String name = newName();
        try (CuratorFramework curator = curator()) {
            InterProcessMutex mutex = new InterProcessMutex(curator, "/tenure/locks/" + name);
            mutex.acquire();
            String waiter = take("locks", name, QUEUED + ",'owner':'b'");

            Reply told = explain("locks", name, waiter);

            assertThat(told.body().at("/ahead/0/native").asBoolean()).isTrue();
            assertThat(told.text("/ahead/0/lease")).startsWith("_c_").contains("-lock-");
            assertThat(told.has("/ahead/0/expiresAt")).isFalse();
            assertThat(told.text("/detail")).contains("a native client", "for as long as its session lives");
            mutex.release();
        }
    }

    @Test
    void nativeWaitersAreBeforeWhoeverComesLater() throws Exception {
        String name = newName();
        take("rwlocks", name, "'ttl':'30s','owner':'a','mode':'read'");
        api.put(candidate(name, Api.newLease()), "{'ttl':'30s','owner':'a'}");
        try (CuratorFramework curator = curator();
                LeaderLatch latch = new LeaderLatch(curator, "/tenure/elections/" + name, "native-1")) {
            InterProcessReadWriteLock lock = new InterProcessReadWriteLock(curator, "/tenure/rwlocks/" + name);
            CompletableFuture<Boolean> native1 = CompletableFuture.supplyAsync(() -> acquired(lock));
            latch.start();
            await().until(() -> api.get("/v1/rwlocks/" + name + "/explain").number("/aheadCount") == 2);
            await().until(() -> api.get("/v1/elections/" + name + "/explain").number("/aheadCount") == 2);

            Reply lockTold = explain("rwlocks", name, take("rwlocks", name, QUEUED + ",'mode':'read'"));
            String follower = Api.newLease();
            api.put(candidate(name, follower), "{'ttl':'30s'}");
            Reply electionTold = explain("elections", name, follower);

            assertThat(lockTold.body().at("/ahead/1/native").asBoolean()).isTrue();
            assertThat(lockTold.text("/ahead/1/state")).isEqualTo("QUEUED");
            assertThat(lockTold.text("/ahead/1/mode")).isEqualTo("write");
            assertThat(electionTold.text("/ahead/1/owner")).isEqualTo("native-1");
            assertThat(electionTold.number("/ahead/1/position")).isEqualTo(1);
            native1.join();
        }
    }

    private static boolean acquired(InterProcessReadWriteLock lock) {
        try {
            return lock.writeLock().acquire(5, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private CuratorFramework curator() {
        CuratorFramework curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + server.zooKeeperPort(), 10_000, 10_000, new RetryOneTime(100));
        curator.start();
        return curator;
    }

    private Reply explain(String kinds, String name, String lease) {
        return api.get("/v1/" + kinds + "/" + name + "/explain?lease=" + lease);
    }

    private static String candidate(String name, String lease) {
        return "/v1/elections/" + name + "/candidates/" + lease;
    }

    /** Takes it, or a place that stays, under a lease of its own. */
    private String take(String kinds, String name, String fields) {
        String lease = Api.newLease();
        Reply taken = api.put("/v1/" + kinds + "/" + name + "/holds/" + lease, "{" + fields + "}");
        assertThat(taken.status()).as("%s", taken).isIn(201, 202);
        return lease;
    }
}
