package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to end while clients work and wait, and that is started again on the same data. */
class StoppedServerIT {
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final String LOCK = "/v1/locks/waited-for";
    private static final String WAITING = "{'ttl':'60s','wait':'50s'}";

    @Test
    void thoseWhoWaitAreSentAwayAndNothingThatWasGrantedIsLost(@TempDir Path folder) {
        Ledger ledger = new Ledger();
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady()) {
            Api api = server.api();
            Reply holder = api.post(LOCK, "{'ttl':'10m'}");
            String named = LOCK + "/holds/" + Api.newLease();
            CompletableFuture<Reply> put = api.later("PUT", named, WAITING);
            awaitQueue(api, 1);
            CompletableFuture<Reply> post = api.later("POST", LOCK, WAITING);
            awaitQueue(api, 2);

            try (Load load = Load.begin(server.ports().http(), "load", ledger)) {
                await().atMost(Duration.ofSeconds(30)).until(() -> ledger.grants() >= 100);
                stops(server, List.of(put, post));
                assertThat(load.refusals())
                        .allMatch(reply -> reply.text("/code").equals("SERVER_STOPPING"));
            }
            assertThat(server.errors()).noneMatch(line -> line.startsWith("ERROR"));

            server.start().awaitReady();
            Reply held = api.get(LOCK + "/holds/" + holder.text("/lease"));
            assertThat(held.number("/fencingToken")).isEqualTo(holder.number("/fencingToken"));
            assertThat(api.get(LOCK).number("/queueLength")).isEqualTo(1);
            assertThat(api.get(named).text("/state")).isEqualTo("QUEUED");
            ledger.kept()
                    .forEach(grant -> assertThat(api.get(grant.path()).number("/fencingToken"))
                            .isEqualTo(grant.token()));
            ledger.unanswered()
                    .forEach(path -> assertThat(api.get(path).status()).as(path).isIn(404, 410));

            CompletableFuture<Reply> back = api.later("PUT", named, WAITING);
            api.delete(LOCK + "/holds/" + holder.text("/lease"));
            assertThat(back.join().status()).isEqualTo(201);
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
        }
    }

    @Test
    void itIsNotReadyFirstAndStillAnswersWhileItDrains(@TempDir Path folder) {
        try (ServerProgram server =
                ServerProgram.in(folder).with("TENURE_DRAIN", "5s").start().awaitReady()) {
            Api api = server.api();
            Reply holder = api.post(LOCK, "{'ttl':'10m'}");
            server.terminate();
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> api.get("/health/ready").status() == 503);
            assertThat(api.get("/health/ready").text("/level")).isEqualTo("STOPPING");
            assertThat(api.get("/v1/cluster").text("/level")).isEqualTo("STOPPING");
            assertThat(api.get("/health/live").status()).isEqualTo(200);
            String lease = "/v1/leases/" + holder.text("/lease");
            assertThat(api.post(lease + "/renew", null).status()).isEqualTo(200);
            assertThat(api.post(LOCK, "{'ttl':'10m','wait':'20s'}").text("/code"))
                    .isEqualTo("SERVER_STOPPING");
            assertThat(api.delete(lease).status()).isEqualTo(200);
            assertThat(server.exitStatus(GRACE)).isIn(0, 143);
        }
    }

    /** Each of those who wait is told at once to come back, and the process ends in time. */
    private static void stops(ServerProgram server, List<CompletableFuture<Reply>> waiting) {
        long told = System.nanoTime();
        server.terminate();
        for (CompletableFuture<Reply> one : waiting) {
            Reply reply = one.join();
            assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(2));
            assertThat(reply.status()).as("%s", reply).isEqualTo(503);
            assertThat(reply.text("/code")).isEqualTo("SERVER_STOPPING");
            assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isPositive();
        }
        assertThat(server.exitStatus(GRACE)).isIn(0, 143);
        System.out.println(
                "ended " + Duration.ofNanos(System.nanoTime() - told).toMillis() + " ms after it was told to");
    }

    private static void awaitQueue(Api api, int length) {
        await().atMost(Duration.ofSeconds(10)).until(() -> api.get(LOCK).number("/queueLength") == length);
    }
}
