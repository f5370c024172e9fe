package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients that close their connection while they wait for a lock. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VanishedClientsIT {
    private static final int MANY = 50;
    private static final String WAITING = "{'ttl':'30s','wait':'50s'}";
    private static final String BRIEF = "{'ttl':'2s','wait':'50s'}";

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
    void theNextLiveWaiterIsGrantedSoonAfterManyHaveVanished() {
        String lock = "/v1/locks/vanished-posts";
        Reply holder = api.post(lock, "{'ttl':'60s'}");
        List<RawClient> vanishing = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            vanishing.add(new RawClient(server.port(), "POST", lock, WAITING));
        }
        awaitQueue(lock, MANY);
        CompletableFuture<Reply> alive = api.later("POST", lock, WAITING);
        awaitQueue(lock, MANY + 1);

        vanishing.forEach(RawClient::close);
        assertThat(api.delete(lock + "/holds/" + holder.text("/lease")).status())
                .isEqualTo(200);
        long released = System.nanoTime();
        Reply granted = alive.join();
        Duration took = Duration.ofNanos(System.nanoTime() - released);
        System.out.println("the next was granted " + took.toMillis() + " ms after " + MANY + " had vanished");

        assertThat(granted.status()).isEqualTo(201);
        assertThat(took).isLessThan(Duration.ofSeconds(2));
        awaitQueue(lock, 0);
        assertThat(api.get(lock).text("/holders/0/lease")).isEqualTo(granted.text("/lease"));
    }

    @Test
    void thePlacesOfVanishedClientsThatNamedThemEndOnceTheirTtlIsOver() {
        String lock = "/v1/locks/vanished-puts";
        Reply holder = api.post(lock, "{'ttl':'60s'}");
        List<RawClient> vanishing = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            vanishing.add(new RawClient(server.port(), "PUT", lock + "/holds/" + Api.newLease(), BRIEF));
        }
        awaitQueue(lock, MANY);
        CompletableFuture<Reply> alive = api.later("POST", lock, WAITING);
        awaitQueue(lock, MANY + 1);

        long vanished = System.nanoTime();
        vanishing.forEach(RawClient::close);
        api.delete(lock + "/holds/" + holder.text("/lease"));
        Reply granted = alive.join();
        Duration took = Duration.ofNanos(System.nanoTime() - vanished);
        System.out.println(
                "places of 2s ended " + took.toMillis() + " ms after their " + MANY + " clients had vanished");

        assertThat(granted.status()).isEqualTo(201);
        assertThat(took).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
        awaitQueue(lock, 0);
    }

    @Test
    void oneWhoComesBackInTimeFindsThePlaceAgain() {
        String lock = "/v1/locks/comes-back";
        String first = Api.newLease();
        String ask = "{'ttl':'20s','wait':'50s'}";
        Reply holder = api.post(lock, "{'ttl':'60s'}");
        RawClient vanishing = new RawClient(server.port(), "PUT", lock + "/holds/" + first, ask);
        awaitQueue(lock, 1);
        CompletableFuture<Reply> second = api.later("POST", lock, WAITING);
        awaitQueue(lock, 2);

        vanishing.close();
        awaitQueue(lock, 2);
        CompletableFuture<Reply> back = api.later("PUT", lock + "/holds/" + first, ask);
        await().during(Duration.ofMillis(500)).until(() -> api.get(lock).number("/queueLength") == 2);
        assertThat(api.get(lock).text("/waiters/0/lease")).isEqualTo(first);
        api.delete(lock + "/holds/" + holder.text("/lease"));

        assertThat(back.join().status()).isEqualTo(201);
        assertThat(second).isNotDone();
        api.delete(lock + "/holds/" + first);
        assertThat(second.join().status()).isEqualTo(201);
    }

    private void awaitQueue(String lock, int length) {
        await().atMost(Duration.ofSeconds(20)).until(() -> api.get(lock).number("/queueLength") == length);
    }
}
