package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.faults.Ledger.Grant;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is stopped in the middle of its work for twice as long as its sessions live, and then goes on. */
class PausedServerIT {
    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final Duration PAUSE = SESSION.multipliedBy(2);
    private static final Duration TTL = Duration.ofSeconds(7);
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(10);

    @Test
    void noLeaseEndsEarlyAndNobodyHoldsBesideAnother(@TempDir Path folder) throws Exception {
        Ledger ledger = new Ledger();
        try (ServerProgram server = ServerProgram.in(folder)
                        .configured("zookeeper.sessionTimeout", SESSION.toSeconds() + "s")
                        .start()
                        .awaitReady();
                CuratorFramework natives = CuratorFrameworkFactory.newClient(
                        "127.0.0.1:" + server.ports().zooKeeper(), 30_000, 5_000, new RetryForever(100))) {
            natives.start();
            Api api = server.api();
            CompletableFuture<Boolean> nativeWaits = new CompletableFuture<>();
            InterProcessMutex behind = new InterProcessMutex(natives, "/tenure/locks/held");
            InterProcessMutex before = new InterProcessMutex(natives, "/tenure/locks/native");
            assertThat(before.acquire(10, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Reply> waits = api.later("POST", "/v1/locks/native", "{'ttl':'60s','wait':'50s'}");
            awaitQueue(api, "native");
            Grant brief = ledger.granted(api.post("/v1/locks/brief", "{'ttl':'1s'}"));
            Grant held = ledger.granted(api.post("/v1/locks/held", "{'ttl':'" + TTL.toSeconds() + "s'}"));
            new Thread(() -> acquire(behind, nativeWaits)).start();
            awaitQueue(api, "held");
            Grant left = ledger.granted(api.post("/v1/locks/left", "{'ttl':'" + TTL.toSeconds() + "s'}"));
            long acknowledged = System.nanoTime();
            assertThat(renew(api, held)).isEqualTo(200);

            server.pause();
            String next = "/v1/locks/left/holds/" + Api.newLease();
            CompletableFuture<Reply> sentMeanwhile = api.later("PUT", next, "{'ttl':'60s'}");
            await().pollDelay(PAUSE).atMost(PAUSE.multipliedBy(2)).until(() -> true);
            server.resume();
            long resumed = System.nanoTime();
            Reply after = untilAnswered(() -> api.post("/v1/locks/after", "{'ttl':'60s'}"));
            Reply kept = untilAnswered(() -> api.post("/v1/leases/" + held.lease() + "/renew", "{'ttl':'60s'}"));
            assertThat(kept.status()).as("%s", kept).isEqualTo(200);
            System.out.println("paused for " + PAUSE.toSeconds() + " s: renews and grants again "
                    + since(resumed).toMillis() + " ms after it went on");
            assertThat(after.status()).isEqualTo(201);
            ledger.granted(after);
            assertThat(renew(api, brief)).isIn(200, 410);
            assertThat(sentMeanwhile.join().status()).isIn(409, 503);

            // who was not renewed is followed when the time that was acknowledged is over, and not before
            Reply followed = untilAnswered(() -> api.put(next, "{'ttl':'60s','wait':'50s'}"));
            assertThat(followed.status()).as("%s", followed).isEqualTo(201);
            System.out.println("a lease of " + TTL.toSeconds() + " s was followed "
                    + since(acknowledged).toMillis() + " ms after its grant was acknowledged");
            assertThat(since(acknowledged)).isBetween(TTL, PAUSE.plus(TTL).plus(LONGEST_RECOVERY));
            ledger.releasing(left);
            ledger.releasing(brief);

            assertThat(renew(api, held)).isEqualTo(200);
            assertThat(nativeWaits).isNotDone();
            assertThat(waits).isNotDone();
            ledger.releasing(held);
            assertThat(api.delete(held.path()).status()).isEqualTo(200);
            ledger.released(held);
            assertThat(nativeWaits.get(10, TimeUnit.SECONDS)).isTrue();
            before.release();
            Reply granted = waits.get(10, TimeUnit.SECONDS);
            assertThat(granted.status()).as("%s", granted).isEqualTo(201);
            assertThat(server.errors()).noneMatch(line -> line.startsWith("ERROR") && line.contains(" io.tenure."));
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
        }
    }

    /** Stands in line, and again when its session did not live through the pause. */
    private static void acquire(InterProcessMutex mutex, CompletableFuture<Boolean> acquired) {
        try {
            acquired.complete(mutex.acquire(50, TimeUnit.SECONDS));
        } catch (Exception failure) {
            acquired.completeExceptionally(failure);
        }
    }

    private static int renew(Api api, Grant grant) {
        return untilAnswered(() -> api.post("/v1/leases/" + grant.lease() + "/renew", null))
                .status();
    }

    /** Repeats a request that was answered 503, as a client is told to. */
    private static Reply untilAnswered(Supplier<Reply> request) {
        return await().atMost(LONGEST_RECOVERY.plus(TTL))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(request::get, reply -> reply.status() != 503);
    }

    private static void awaitQueue(Api api, String lock) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.get("/v1/locks/" + lock).number("/queueLength") == 1);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
