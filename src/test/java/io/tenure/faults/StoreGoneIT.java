package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.app.Linked;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.TcpProxy.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server whose ZooKeeper is gone for a while, shorter or longer than its sessions live. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreGoneIT {
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final String TTL = "{'ttl':'60s'}";
    private static final String WAITING = "{'ttl':'60s','wait':'50s'}";

    private final Linked linked = new Linked();
    private Running server;
    private Api api;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data, linked::application, "zookeeper.sessionTimeout", "3s");
        api = server.api();
        // The first request of all also loads what answers it.
        assertThat(api.post("/v1/locks/first", TTL).status()).isEqualTo(201);
    }

    @AfterAll
    void stop() {
        server.close();
        linked.link().close();
    }

    @AfterEach
    void heal() {
        linked.link().heal();
        awaitBack();
    }

    @Test
    void requestsAreRefusedAtOnceWhileItIsGoneAndAllIsAsBeforeWhenItIsBack() {
        Standing before = new Standing("brief");
        cut();
        before.refusesAll();
        linked.link().heal();
        awaitBack();
        before.stands();
    }

    @Test
    void nothingIsLostWhenTheSessionsHaveEndedMeanwhile() throws Exception {
        Standing before = new Standing("long");
        cut();
        awaitSessionsEnded();
        before.refusesAll();
        linked.link().heal();
        awaitBack();
        before.stands();

        assertThat(api.post("/v1/locks/expires-later", "{'ttl':'1s'}").status()).isEqualTo(201);
        assertThat(api.post("/v1/locks/expires-later", WAITING).status()).isEqualTo(201);
    }

    @Test
    void aLinkThatSwallowsEverythingIsNoticedAndTheSameRequestIsOneHold() {
        String path = "/v1/locks/swallowed/holds/" + Api.newLease();
        linked.link().stall(Way.TO_CLIENT);
        long began = System.nanoTime();
        Reply unknown = api.put(path, TTL);
        assertThat(unknown.text("/code")).isEqualTo("STORE_UNAVAILABLE");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));

        linked.link().heal();
        awaitBack();
        Reply held = api.put(path, TTL);
        assertThat(held.status()).isIn(200, 201);
        assertThat(api.put(path, TTL).number("/fencingToken")).isEqualTo(held.number("/fencingToken"));
        assertThat(api.get("/v1/locks/swallowed").body().at("/holders")).hasSize(1);
    }

    private void cut() {
        linked.link().cut();
        await().atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.get("/health/ready").status() == 503);
        Reply ready = api.get("/health/ready");
        assertThat(ready.text("/level")).isEqualTo("SUSPENDED");
        assertThat(api.get("/health/live").status()).isEqualTo(200);
    }

    private void awaitBack() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> api.get("/health/ready").status() == 200);
    }

    /** Asks ZooKeeper, past the link that is cut. */
    private void awaitSessionsEnded() throws Exception {
        try (CuratorFramework past =
                CuratorFrameworkFactory.newClient("127.0.0.1:" + server.zooKeeperPort(), new RetryOneTime(100))) {
            past.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                // Nobody stands for the role any more; an empty directory may be gone too.
                Stat latch = past.checkExists().forPath("/tenure/sys/coordinator/latch");
                return latch == null || latch.getNumChildren() == 0;
            });
        }
    }

    /** A lock that is held and waited for, and what has to be true of it before and after. */
    private final class Standing {
        private final String lock;
        private final String holder = Api.newLease();
        private final String keeps = Api.newLease();
        private final Reply held;
        private final CompletableFuture<Reply> put;
        private final CompletableFuture<Reply> post;

        Standing(String name) {
            lock = "/v1/locks/" + name;
            held = api.put(hold(holder), TTL);
            put = api.later("PUT", hold(keeps), WAITING);
            awaitQueue(1);
            post = api.later("POST", lock, WAITING);
            awaitQueue(2);
        }

        void refusesAll() {
            List<Supplier<Reply>> requests = List.of(
                    () -> api.put(hold(Api.newLease()), TTL),
                    () -> api.put(hold(holder), TTL),
                    () -> api.post(lock, TTL),
                    () -> api.post(lock, WAITING),
                    () -> api.get(lock),
                    () -> api.get(hold(holder)),
                    () -> api.post("/v1/leases", TTL),
                    () -> api.post("/v1/leases/" + holder + "/renew", null),
                    () -> api.get(lock + "/tokens/" + held.number("/fencingToken")),
                    () -> api.delete(hold(holder)));
            long began = System.nanoTime();
            for (Supplier<Reply> request : requests) {
                Reply reply = request.get();
                assertThat(reply.status()).as("%s", reply).isEqualTo(503);
                assertThat(reply.text("/code")).isEqualTo("STORE_UNAVAILABLE");
                assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0))
                        .isPositive();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began).dividedBy(requests.size()))
                    .isLessThan(AT_ONCE);
            assertThat(put).isNotDone();
            assertThat(post).isNotDone();
        }

        void stands() {
            Reply now = api.get(hold(holder));
            assertThat(now.text("/state")).isEqualTo("HELD");
            assertThat(now.number("/fencingToken")).isEqualTo(held.number("/fencingToken"));
            // Attempts that were refused while the answer was unknown clean up after themselves.
            awaitQueue(2);
            assertThat(api.get(lock).text("/waiters/0/lease")).isEqualTo(keeps);
            assertThat(api.post("/v1/leases/" + holder + "/renew", null).status())
                    .isEqualTo(200);
            assertThat(api.delete(hold(holder)).status()).isEqualTo(200);
            Reply first = put.join();
            assertThat(first.status()).isEqualTo(201);
            assertThat(first.number("/fencingToken")).isGreaterThan(held.number("/fencingToken"));
            assertThat(post).isNotDone();
            api.delete(hold(keeps));
            assertThat(post.join().status()).isEqualTo(201);
        }

        private String hold(String lease) {
            return lock + "/holds/" + lease;
        }

        private void awaitQueue(int length) {
            await().atMost(Duration.ofSeconds(10)).until(() -> api.get(lock).number("/queueLength") == length);
        }
    }
}
