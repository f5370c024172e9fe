package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.testing.ServerProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed and started again on its ports, under clients that hold and clients that wait. */
class ServerRestartIT {
    private static final Duration TTL = Duration.ofSeconds(40);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Test
    void whoHoldsGoesOnHoldingAndWhoWaitsKeepsItsPlace(@TempDir Path folder) throws Exception {
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady();
                TenureClient tenure = TenureClient.connect(
                        "http://127.0.0.1:" + server.ports().http())) {
            Claim claim = tenure.lock("kept").ttl(TTL);
            Hold holder = claim.acquire();
            List<Loss> losses = new ArrayList<>();
            holder.onLost(losses::add);
            CompletableFuture<Hold> first = claim.owner("first").acquireAsync();
            await().atMost(LONGEST).until(() -> waiters(server).size() == 1);
            CompletableFuture<Hold> second = claim.owner("second").acquireAsync();
            await().atMost(LONGEST).until(() -> waiters(server).size() == 2);
            List<String> before = waiters(server);

            server.kill();
            assertThat(holder.isHeld()).isTrue();
            server.start().awaitReady();

            assertThat(waiters(server)).isEqualTo(before);
            assertThat(holder.isHeld()).isTrue();
            Duration left = holder.remaining();
            await().atMost(LONGEST).until(() -> holder.remaining().compareTo(left) > 0);
            assertThat(losses).isEmpty();
            assertThat(first.isDone() || second.isDone()).isFalse();

            holder.release();
            Hold next = first.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            assertThat(next.lease().id().value()).isEqualTo(before.get(0));
            assertThat(next.fencingToken()).isGreaterThan(holder.fencingToken());
            assertThat(second).isNotDone();
            next.release();
            Hold last = second.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            assertThat(last.lease().id().value()).isEqualTo(before.get(1));
            last.release();
        }
    }

    private static List<String> waiters(ServerProgram server) {
        List<String> leases = new ArrayList<>();
        for (JsonNode waiter : server.api().get("/v1/locks/kept").body().path("waiters")) {
            leases.add(waiter.path("lease").asText());
        }
        return leases;
    }
}
