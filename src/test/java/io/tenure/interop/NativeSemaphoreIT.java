package io.tenure.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphore;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Semaphores that Curator's {@code InterProcessSemaphore} and HTTP clients share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("deprecation") // the first version is the one whose queue this is
class NativeSemaphoreIT {
    private static final int PERMITS = 3;

    private Running server;
    private Api api;
    private final List<CuratorFramework> curators = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        api = server.api();
    }

    @AfterAll
    void stop() {
        curators.forEach(CuratorFramework::close);
        server.close();
    }

    private CuratorFramework curator() {
        CuratorFramework curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + server.zooKeeperPort(), 10_000, 10_000, new RetryOneTime(100));
        curator.start();
        curators.add(curator);
        return curator;
    }

    private InterProcessSemaphore semaphore(String name, int permits) {
        return new InterProcessSemaphore(curator(), "/tenure/semaphores/" + name, permits);
    }

    @Test
    void neverMoreAreInsideThanThereArePermitsAndNobodySleepsOn() throws Exception {
        String name = withPermits("shared", PERMITS);
        Room room = new Room(PERMITS);
        Crowd crowd = new Crowd(Duration.ofSeconds(20));
        try (NativeNodes nodes = new NativeNodes(curator(), "/tenure/semaphores/" + name)) {
            for (int i = 0; i < 3; i++) {
                InterProcessSemaphore semaphore = semaphore(name, PERMITS);
                crowd.add("native-" + i, () -> visit(semaphore, room, nodes));
                Api own = server.api();
                AtomicLong lastToken = new AtomicLong();
                crowd.add("http-" + i, () -> visit(own, name, room, lastToken));
            }
            crowd.await();

            assertThat(room.overlaps()).isZero();
            assertThat(room.fullest()).isEqualTo(PERMITS);
            assertThat(crowd.longest()).isLessThan(Duration.ofSeconds(5));
            assertThat(nodes.seen()).isGreaterThan(50);
            assertThat(nodes.harmed()).isEmpty();
        }
        Reply look = api.get("/v1/semaphores/" + name);
        assertThat(look.body().at("/holders")).isEmpty();
        assertThat(look.number("/queueLength")).isZero();
        System.out.println("semaphore holds in 20 s, native and http in turn: " + crowd.visits() + ", longest "
                + crowd.longest().toMillis() + " ms");
    }

    private static void visit(InterProcessSemaphore semaphore, Room room, NativeNodes nodes) throws Exception {
        Lease lease = semaphore.acquire(20, TimeUnit.SECONDS);
        assertThat(lease).as("a native client slept on").isNotNull();
        room.share(1);
        give(lease, nodes);
    }

    private static void give(Lease lease, NativeNodes nodes) throws Exception {
        nodes.gives(nodes.directory() + "/" + lease.getNodeName());
        lease.close();
    }

    private static void visit(Api api, String name, Room room, AtomicLong lastToken) {
        int count = 1 + ThreadLocalRandom.current().nextInt(2);
        Reply held = api.post("/v1/semaphores/" + name, "{'ttl':'20s','wait':'20s','count':" + count + "}");
        assertThat(held.status()).as("%s", held).isEqualTo(201);
        assertThat(held.number("/fencingToken")).isGreaterThan(lastToken.get());
        lastToken.set(held.number("/fencingToken"));
        room.share(count);
        Reply released = api.delete("/v1/semaphores/" + name + "/holds/" + held.text("/lease"));
        assertThat(released.status()).as("%s", released).isEqualTo(200);
    }

    /** The native client watches the first hold, which stays: only what ends the second can wake it. */
    @ParameterizedTest
    @ValueSource(strings = {"release", "lease", "revoke", "expire", "delay", "minHold", "withdraw", "attached"})
    void aNativeThatWaitsIsWokenHoweverTheHoldBeforeItEnds(String way) throws Exception {
        String name = withPermits("woken-by-" + way, 2);
        String bare = api.post("/v1/leases", "{'ttl':'60s'}").text("/lease");
        assertThat(api.put(at(name, Api.newLease()), "{'ttl':'60s'}").status()).isEqualTo(201);
        String second = way.equals("attached") ? bare : Api.newLease();
        String ask = switch (way) {
            case "expire" -> "{'ttl':'2s'}";
            case "delay" -> "{'ttl':'1s','lockDelay':'2s'}";
            case "minHold" -> "{'ttl':'60s','minHold':'3s'}";
            case "attached" -> "{}";
            default -> "{'ttl':'60s'}";
        };
        String waiter = Api.newLease();
        if (way.equals("withdraw")) {
            // a waiter for two stands between, with one of its places entitled
            assertThat(api.put(at(name, waiter), "{'ttl':'60s','count':2,'queue':true}")
                            .status())
                    .isEqualTo(202);
        } else {
            assertThat(api.put(at(name, second), ask).status()).isEqualTo(201);
        }
        CompletableFuture<Lease> sleeper = later(semaphore(name, 2));
        awaitNatives(name, 1);

        switch (way) {
            case "release", "minHold", "attached" ->
                assertThat(api.delete(at(name, second)).status()).isEqualTo(200);
            case "withdraw" -> assertThat(api.delete(at(name, waiter)).status()).isEqualTo(200);
            case "lease" -> api.delete("/v1/leases/" + second);
            case "revoke" -> api.post(at(name, second) + "/revoke", "{'reason':'x','immediately':true}");
            default -> assertThat(way).isIn("expire", "delay");
        }

        assertThat(sleeper.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    /** As a native client does it, only slowly: it takes its place and looks, the hold before it ends, and then it begins to watch. */
    @Test
    void aNativeThatLookedBeforeAnEndAndWatchesAfterItIsWokenToo() throws Exception {
        String name = withPermits("slow", 2);
        String second = Api.newLease();
        assertThat(api.put(at(name, Api.newLease()), "{'ttl':'60s'}").status()).isEqualTo(201);
        assertThat(api.put(at(name, second), "{'ttl':'60s'}").status()).isEqualTo(201);
        CuratorFramework curator = curator();
        String directory = "/tenure/semaphores/" + name;
        curator.create()
                .withProtection()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath(directory + "/lock-");
        String watched = curator.getChildren().forPath(directory).stream()
                .min(Comparator.comparing(node -> node.substring(node.length() - 10)))
                .orElseThrow();
        assertThat(api.delete(at(name, second)).status()).isEqualTo(200);

        CountDownLatch woken = new CountDownLatch(1);
        curator.getData().usingWatcher((Watcher) event -> woken.countDown()).forPath(directory + "/" + watched);

        assertThat(woken.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nativesFollowThePermitsThatAreSetOverHttp() throws Exception {
        String name = withPermits("followed", 1);
        CuratorFramework curator = curator();
        try (SharedCount permits = new SharedCount(curator, "/tenure/sys/semaphores/" + name, 1)) {
            permits.start();
            InterProcessSemaphore semaphore = new InterProcessSemaphore(curator, "/tenure/semaphores/" + name, permits);
            String holder = Api.newLease();
            assertThat(api.put(at(name, holder), "{'ttl':'60s'}").status()).isEqualTo(201);
            CompletableFuture<Lease> one = later(semaphore);
            awaitNatives(name, 1);
            assertThat(one).isNotDone();

            api.put("/v1/semaphores/" + name, "{'permits':2}");
            Lease lease = one.get(10, TimeUnit.SECONDS);
            assertThat(lease).isNotNull();
            await().until(() -> permits.getCount() == 2);
            assertThat(api.get("/v1/semaphores/" + name).body().at("/holders")).hasSize(2);

            api.put("/v1/semaphores/" + name, "{'permits':1}");
            await().until(() -> permits.getCount() == 1);
            CompletableFuture<Lease> next = later(semaphore);
            awaitNatives(name, 2);
            lease.close();
            assertThat(next).isNotDone();
            assertThat(api.get(at(name, holder)).text("/state")).isEqualTo("HELD");
            api.delete(at(name, holder));
            assertThat(next.get(10, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void anHttpWaiterForSeveralIsGrantedWhenNativesHaveGivenBack() throws Exception {
        String name = withPermits("natives-first", 3);
        InterProcessSemaphore semaphore = semaphore(name, 3);
        Collection<Lease> leases = semaphore.acquire(2);
        CompletableFuture<Reply> waiting =
                api.later("POST", "/v1/semaphores/" + name, "{'ttl':'20s','wait':'20s','count':3}");
        await().until(() -> api.get("/v1/semaphores/" + name).number("/queueLength") == 1);
        Reply tried = api.post("/v1/semaphores/" + name, "{'ttl':'20s'}");

        assertThat(tried.text("/code")).isEqualTo("HELD");
        assertThat(tried.body().at("/holder/native").asBoolean()).isTrue();
        assertThat(tried.number("/out")).isEqualTo(2);
        assertThat(waiting).isNotDone();
        semaphore.returnAll(leases);
        assertThat(waiting.join().status()).isEqualTo(201);
    }

    private String withPermits(String name, int permits) {
        assertThat(api.put("/v1/semaphores/" + name, "{'permits':" + permits + "}")
                        .status())
                .isEqualTo(201);
        return name;
    }

    private static String at(String name, String lease) {
        return "/v1/semaphores/" + name + "/holds/" + lease;
    }

    private static CompletableFuture<Lease> later(InterProcessSemaphore semaphore) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return semaphore.acquire(15, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Returns when so many places of native clients stand in the queue. */
    private void awaitNatives(String name, int count) {
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            Reply look = api.get("/v1/semaphores/" + name);
            return look.body().findValues("native").size() == count;
        });
    }
}
