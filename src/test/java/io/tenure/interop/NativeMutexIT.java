package io.tenure.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Locks that Curator's {@code InterProcessMutex} and HTTP clients share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeMutexIT {
    private static final String WAITING = "{'ttl':'30s','wait':'30s'}";

    private Running server;
    private Api api;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void nativeAndHttpClientsExcludeEachOther() throws Exception {
        Contention contention = new Contention("shared", Duration.ofSeconds(20));
        for (int i = 0; i < 4; i++) {
            contention.addNative(server.zooKeeperPort());
            contention.addOverHttp(server.api());
        }
        contention.await();

        UnguardedCounter counter = contention.counter();
        assertThat(contention.faults()).isEmpty();
        assertThat(counter.overlaps()).isZero();
        assertThat(counter.value()).isEqualTo(counter.visits());
        assertThat(contention.natives()).isGreaterThan(20);
        assertThat(contention.overHttp()).isGreaterThan(20);
        assertThat(api.get("/v1/locks/shared").body().at("/holders")).isEmpty();
        assertThat(api.get("/v1/locks/shared").number("/queueLength")).isZero();
        System.out.println(
                "holds in 20 s: " + contention.natives() + " native, " + contention.overHttp() + " over HTTP");
    }

    @Test
    void aNativeHolderIsShownAsSuchAndCannotBeRevoked() throws Exception {
        try (NativeClient client = new NativeClient(server.zooKeeperPort(), "natives-own")) {
            assertThat(client.acquire(10)).isTrue();

            Reply look = api.get("/v1/locks/natives-own");
            assertThat(look.body().at("/holders")).hasSize(1);
            assertThat(look.body().at("/holders/0/native").asBoolean()).isTrue();
            assertThat(look.text("/holders/0/lease")).contains(client.id());
            Reply refused = api.post("/v1/locks/natives-own", "{'ttl':'30s'}");
            assertThat(refused.text("/code")).isEqualTo("HELD");
            assertThat(refused.body().at("/holder/native").asBoolean()).isTrue();
            Reply revoked = api.post(
                    "/v1/locks/natives-own/holds/" + client.id() + "/revoke", "{'reason':'x','immediately':true}");
            assertThat(revoked.status()).isEqualTo(409);
            assertThat(revoked.text("/code")).isEqualTo("NATIVE_HOLDER");
            assertThat(client.nodeStands()).isTrue();
            client.release();
        }
    }

    @Test
    void aNativeThatWaitsIsLetInWhenALeaseExpiresAndNotBefore() throws Exception {
        try (NativeClient client = new NativeClient(server.zooKeeperPort(), "expires")) {
            long began = System.nanoTime();
            Reply held = api.post("/v1/locks/expires", "{'ttl':'2s'}");
            assertThat(held.status()).isEqualTo(201);

            assertThat(client.acquire(15)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(8));
            assertThat(api.post("/v1/leases/" + held.text("/lease") + "/renew", null)
                            .status())
                    .isEqualTo(410);
            client.release();
        }
    }

    @Test
    void anHttpWaiterIsLetInWhenANativeReleasesOrDies() throws Exception {
        try (NativeClient first = new NativeClient(server.zooKeeperPort(), "in-turn");
                NativeClient second = new NativeClient(server.zooKeeperPort(), "in-turn")) {
            assertThat(first.acquire(10)).isTrue();
            CompletableFuture<Reply> waiting = api.later("POST", "/v1/locks/in-turn", WAITING);
            await().until(() -> api.get("/v1/locks/in-turn").number("/queueLength") == 1);
            first.release();
            Reply held = waiting.join();
            assertThat(held.status()).isEqualTo(201);
            assertThat(api.delete("/v1/locks/in-turn/holds/" + held.text("/lease"))
                            .status())
                    .isEqualTo(200);

            assertThat(second.acquire(10)).isTrue();
            CompletableFuture<Reply> next = api.later("POST", "/v1/locks/in-turn", WAITING);
            await().until(() -> api.get("/v1/locks/in-turn").number("/queueLength") == 1);
            second.die();
            Reply granted = next.join();
            assertThat(granted.status()).isEqualTo(201);
            assertThat(granted.number("/fencingToken")).isGreaterThan(held.number("/fencingToken"));
        }
    }
}
