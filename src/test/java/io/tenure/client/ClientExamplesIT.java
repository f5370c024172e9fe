package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.name.Kind;
import io.tenure.testing.Running;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The Java in {@code docs/client.md}, word for word, on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientExamplesIT {
    private Running server;
    private TenureClient tenure;
    private int done;
    private String seen = "";

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        tenure = TenureClient.connect("http://127.0.0.1:" + server.port());
    }

    @AfterAll
    void stop() {
        tenure.close();
        server.close();
    }

    @BeforeEach
    void begin() {
        done = 0;
        seen = "";
    }

    private void closeTheMonth(long token) {
        assertThat(token).isPositive();
        done++;
    }

    private boolean moreToDo() {
        return done < 3;
    }

    private void step(long token) {
        closeTheMonth(token);
    }

    @Test
    void connecting() {
        String url = "http://127.0.0.1:" + server.port();
        // snippet: connect
        TenureClient client = TenureClient.builder()
                .servers(List.of(URI.create(url)))
                .owner("billing@db7")
                .ttl(Duration.ofSeconds(20))
                .build();
        // end: connect
        try (client) {
            Hold hold = client.lock("connecting").tryAcquire().orElseThrow();
            assertThat(hold.lease().ttl()).isEqualTo(Duration.ofSeconds(20));
            assertThat(server.api().get("/v1/locks/connecting").text("/holders/0/owner"))
                    .isEqualTo("billing@db7");
            hold.close();
        }
    }

    @Test
    void trying() {
        // snippet: try
        Optional<Hold> taken = tenure.lock("close-of-month").tryAcquire();
        if (taken.isPresent()) {
            try (Hold hold = taken.get()) {
                closeTheMonth(hold.fencingToken());
            }
        }
        // end: try
        assertThat(done).isEqualTo(1);
        assertThat(taken.orElseThrow().isHeld()).isFalse();
    }

    @Test
    void waiting() throws InterruptedException {
        // snippet: wait
        try (Hold hold = tenure.lock("close-of-month")
                .reason("November")
                .metadata(Map.of("run", "17"))
                .acquire()) {
            while (moreToDo() && hold.isHeld()) {
                step(hold.fencingToken());
            }
        }
        // end: wait
        assertThat(done).isEqualTo(3);
    }

    @Test
    void waitingLater() throws Exception {
        Hold other = tenure.lock("later").acquire();
        // snippet: later
        CompletableFuture<Hold> later = tenure.lock("later").acquireAsync();
        later.thenAccept(hold -> closeTheMonth(hold.fencingToken())).exceptionally(failure -> {
            seen = "not granted: " + failure;
            return null;
        });
        // end: later
        other.release();
        later.get(10, TimeUnit.SECONDS).close();
        assertThat(seen).isEmpty();
    }

    @Test
    void losing() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        Hold hold = tenure.lock("lost").ttl(Duration.ofSeconds(1)).acquire();
        // snippet: lost
        hold.onLost(loss -> {
            switch (loss.cause()) {
                case REVOKED -> told.complete("asked to stop by " + loss.by() + ": " + loss.reason());
                case EXPIRED, UNREACHABLE, LOST, RELEASED -> told.complete("stop: " + loss.detail());
            }
        });
        // end: lost
        server.api().post("/v1/leases/" + hold.lease().id() + "/revoke", "{'reason':'failover drill','by':'anna'}");
        assertThat(told.get(5, TimeUnit.SECONDS)).isEqualTo("asked to stop by anna: failover drill");
    }

    @Test
    void readersWritersPermits() throws InterruptedException {
        // snippet: kinds
        try (Hold writer = tenure.writeLock("ledger").acquire()) {
            step(writer.fencingToken());
            writer.downgrade();
            try (Hold reader = tenure.readLock("ledger").acquire()) {
                step(reader.fencingToken());
            }
        }
        tenure.setPermits("uploads", 5);
        try (Hold two = tenure.permits("uploads", 2).acquire()) {
            step(two.fencingToken());
        }
        // end: kinds
        assertThat(done).isEqualTo(3);
    }

    @Test
    void several() throws InterruptedException {
        // snippet: several
        Several accounts = tenure.several(tenure.lock("acct-1"), tenure.lock("acct-2"));
        try (Holds holds = accounts.tryAcquire(Duration.ofSeconds(10)).orElseThrow()) {
            for (Hold hold : holds.all()) {
                step(hold.fencingToken());
            }
        }
        // end: several
        assertThat(done).isEqualTo(2);
    }

    @Test
    void sharing() throws InterruptedException {
        // snippet: shared
        try (Lease shift = tenure.lease(Duration.ofSeconds(30))) {
            Hold inbox = tenure.lock("inbox").under(shift).acquire();
            Hold outbox = tenure.lock("outbox").under(shift).acquire();
            step(inbox.fencingToken());
            outbox.release();
        }
        // end: shared
        assertThat(tenure.lock("inbox").tryAcquire()).isPresent();
        assertThat(tenure.lock("outbox").tryAcquire()).isPresent();
    }

    @Test
    void byHand() throws InterruptedException {
        // snippet: unrenewed
        Hold atMostAMinute =
                tenure.lock("report").ttl(Duration.ofMinutes(1)).unrenewed().acquire();
        if (atMostAMinute.remaining().toSeconds() < 90) {
            boolean mayGoOn = atMostAMinute.lease().renew(Duration.ofMinutes(5));
            seen = mayGoOn ? "on" : "stop";
        }
        // end: unrenewed
        assertThat(seen).isEqualTo("on");
        assertThat(atMostAMinute.remaining()).isGreaterThan(Duration.ofMinutes(4));
        atMostAMinute.close();
    }

    @Test
    void view() {
        // snippet: view
        Lock lock = tenure.lock("cache").asLock();
        lock.lock();
        try {
            step(1);
        } finally {
            lock.unlock();
        }
        // end: view
        assertThat(done).isEqualTo(1);
    }

    @Test
    void checking() throws InterruptedException {
        Hold hold = tenure.lock("checked").acquire();
        long token = hold.fencingToken();
        // snippet: check
        if (!tenure.isCurrent(Kind.LOCK, "checked", token)) {
            throw new IllegalStateException("refused: " + token + " is not current");
        }
        // end: check
        hold.close();
        assertThat(tenure.isCurrent(Kind.LOCK, "checked", token)).isFalse();
    }
}
