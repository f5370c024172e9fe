package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.app.Elsewhere;
import io.tenure.faults.Ledger.Grant;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.TcpProxy.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server under which ZooKeeper, a process of its own as far as the server can tell, stalls, is cut off, and is restarted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZooKeeperAwayIT {
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final int WAITERS = 5;
    private static final String WAITING = "{'ttl':'60s','wait':'55s'}";

    private final Ledger ledger = new Ledger();
    private Elsewhere elsewhere;
    private Running server;
    private Api api;

    @BeforeAll
    void start(@TempDir Path folder) {
        elsewhere = new Elsewhere(folder.resolve("elsewhere"), Running.freePort());
        server = Running.start(
                folder.resolve("data"), elsewhere::application, "zookeeper.sessionTimeout", SESSION.toSeconds() + "s");
        api = server.api();
        ledger.granted(api.post("/v1/locks/first", "{'ttl':'10m'}"));
    }

    @AfterAll
    void stop() {
        server.close();
        elsewhere.close();
    }

    @Test
    void stalledForLessThanASessionLives() {
        Standing standing = new Standing("stalled-briefly");
        stall();
        CompletableFuture<Reply> slow = api.later("POST", "/v1/leases/" + standing.held.lease() + "/renew", null);
        pass(Duration.ofMillis(700));
        assertThat(slow).isNotDone();
        standing.nobodyGoesOn();
        long healed = heal();
        assertThat(slow.join().status()).isEqualTo(200);
        standing.goesOn("stalled for 700 ms", healed);
    }

    @Test
    void stalledForLongerThanASessionLives() {
        Standing standing = new Standing("stalled");
        stall();
        long stalled = System.nanoTime();
        Reply unknown = api.post("/v1/locks/stalled-other", "{'ttl':'60s'}");
        refused(unknown);
        assertThat(since(stalled)).isLessThan(SESSION.plusSeconds(2));
        awaitSuspended();
        standing.refusedAtOnce();
        pass(SESSION.multipliedBy(2).minus(since(stalled)));
        standing.nobodyGoesOn();
        standing.goesOn("stalled for " + SESSION.multipliedBy(2).toSeconds() + " s", heal());
    }

    @Test
    void cutOff() {
        Standing standing = new Standing("cut");
        elsewhere.link().cut();
        awaitSuspended();
        standing.refusedAtOnce();
        pass(SESSION);
        standing.nobodyGoesOn();
        standing.goesOn("cut off for " + SESSION.toSeconds() + " s", heal());
    }

    @Test
    void restarted() {
        Standing standing = new Standing("restarted");
        elsewhere.stopZooKeeper();
        awaitSuspended();
        standing.refusedAtOnce();
        pass(Duration.ofSeconds(1));
        standing.nobodyGoesOn();
        elsewhere.startZooKeeper();
        standing.goesOn("restarted", System.nanoTime());
    }

    private void stall() {
        elsewhere.link().stall(Way.TO_SERVER);
        elsewhere.link().stall(Way.TO_CLIENT);
    }

    private long heal() {
        elsewhere.link().heal();
        return System.nanoTime();
    }

    private void awaitSuspended() {
        await().atMost(SESSION.plusSeconds(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.get("/health/ready").text("/level").equals("SUSPENDED"));
    }

    private static void pass(Duration time) {
        if (time.toMillis() > 0) {
            await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
        }
    }

    private static void refused(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(503);
        assertThat(reply.text("/code")).isEqualTo("STORE_UNAVAILABLE");
        assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** A lock with a queue, and a lease that ends while ZooKeeper is away if it ends too early. */
    private final class Standing {
        private final String lock;
        private final Grant held;
        private final Grant brief;
        private final long renewed;
        private final List<CompletableFuture<Reply>> waiting = new ArrayList<>();

        Standing(String name) {
            lock = "/v1/locks/" + name;
            held = ledger.granted(api.post(lock, "{'ttl':'60s'}"));
            for (int i = 1; i <= WAITERS; i++) {
                int length = i;
                waiting.add(api.later("POST", lock, WAITING));
                await().atMost(Duration.ofSeconds(10)).until(() -> api.get(lock).number("/queueLength") == length);
            }
            brief = ledger.granted(api.post(lock + "-brief", "{'ttl':'8s'}"));
            renewed = System.nanoTime();
        }

        void refusedAtOnce() {
            List<Reply> replies = new ArrayList<>();
            long began = System.nanoTime();
            replies.add(api.post(lock + "-other", "{'ttl':'60s'}"));
            replies.add(api.put(lock + "/holds/" + Api.newLease(), WAITING));
            replies.add(api.post("/v1/leases/" + held.lease() + "/renew", null));
            replies.add(api.delete(held.path()));
            assertThat(since(began).dividedBy(replies.size())).isLessThan(AT_ONCE);
            replies.forEach(ZooKeeperAwayIT::refused);
        }

        void nobodyGoesOn() {
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        }

        /** All is as before; then those who wait are granted one after the other, in the order in which they came. */
        void goesOn(String what, long back) {
            Reply renewal = await().atMost(LONGEST_RECOVERY)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> api.post("/v1/leases/" + held.lease() + "/renew", null), one -> one.status() != 503);
            System.out.println(
                    "ZooKeeper " + what + ": renews again " + since(back).toMillis() + " ms after it was back");
            assertThat(renewal.status()).as("%s", renewal).isEqualTo(200);
            await().atMost(LONGEST_RECOVERY)
                    .until(() -> api.get("/health/ready").text("/level").equals("NORMAL"));
            assertThat(api.get(held.path()).number("/fencingToken")).isEqualTo(held.token());
            notEndedEarly();
            nobodyGoesOn();
            Grant holder = held;
            for (CompletableFuture<Reply> next : waiting) {
                ledger.releasing(holder);
                assertThat(api.delete(holder.path()).status()).isEqualTo(200);
                ledger.released(holder);
                Reply reply = next.orTimeout(10, TimeUnit.SECONDS).join();
                assertThat(reply.status()).as("%s", reply).isEqualTo(201);
                Grant granted = ledger.granted(reply);
                assertThat(granted.token()).isGreaterThan(holder.token());
                holder = granted;
            }
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
        }

        private void notEndedEarly() {
            Reply look = api.get(brief.path());
            if (since(renewed).toSeconds() < 8) {
                assertThat(look.status()).as("%s", look).isEqualTo(200);
            }
            ledger.releasing(brief);
        }
    }
}
