package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.app.Elsewhere;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read-only where two servers share one store: both follow the switch at either, and a server that starts finds it. */
class ReadOnlyClusterIT {
    private static final String SWITCH = "/v1/cluster/read-only";
    private static final String TTL = "{'ttl':'60s'}";

    @TempDir
    private Path folder;

    @Test
    void everyServerFollowsAndOneThatStartsFindsIt() {
        try (Elsewhere store = new Elsewhere(folder.resolve("store"), Running.freePort())) {
            Running first = Running.start(folder.resolve("a"), store::application);
            try (Running second = Running.start(folder.resolve("b"), store::application)) {
                Api here = first.api();
                Api there = second.api();
                String holder = "/v1/locks/shared/holds/" + Api.newLease();
                assertThat(here.put(holder, TTL).status()).isEqualTo(201);
                CompletableFuture<Reply> waits =
                        there.later("PUT", "/v1/locks/shared/holds/" + Api.newLease(), "{'ttl':'60s','wait':'50s'}");
                await().until(() -> here.get("/v1/locks/shared").number("/queueLength") == 1);

                followsSoon(here, there);
                first.close();
                assertThat(there.delete(holder).status()).isEqualTo(200);
                first = Running.start(folder.resolve("a"), store::application);
                Api again = first.api();
                assertThat(again.get("/health/ready").text("/level")).isEqualTo("READ_ONLY");
                assertThat(again.post("/v1/locks/other", TTL).text("/code")).isEqualTo("READ_ONLY");
                assertThat(waits).isNotDone();

                // asked at one server, the other grants who waits there
                long off = System.nanoTime();
                assertThat(again.delete(SWITCH).status()).isEqualTo(200);
                assertThat(waits.orTimeout(5, TimeUnit.SECONDS).join().status()).isEqualTo(201);
                System.out.printf(
                        "read-only over at one server: who waited at another was granted after %d ms%n", millis(off));
            } finally {
                first.close();
            }
        }
    }

    private static void followsSoon(Api here, Api there) {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            assertThat(here.put(SWITCH, "{'reason':'new disks'}").status()).isEqualTo(200);
            long answered = System.nanoTime();
            await().atMost(Duration.ofSeconds(5))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> there.post("/v1/locks/other", TTL).status() == 503);
            delays.add(millis(answered));
            there.get("/v1/locks/other")
                    .body()
                    .path("holders")
                    .forEach(one ->
                            there.delete("/v1/leases/" + one.path("lease").asText()));
            if (i < 4) {
                assertThat(there.delete(SWITCH).status()).isEqualTo(200);
            }
        }
        System.out.println("read-only at another server, ms after the answer of the switch: " + delays);
        assertThat(delays).allMatch(delay -> delay < 1_000);
    }

    private static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }
}
