package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.client.Loss.Cause;
import io.tenure.name.Kind;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is acquired by the client from a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HoldsIT {
    private Running server;
    private TenureClient tenure;

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

    @Test
    void whoComesSecondWaitsUntilTheFirstReleases() throws Exception {
        Claim claim = tenure.lock("nightly").ttl(Duration.ofSeconds(10));
        Hold first = claim.acquire();
        assertThat(first.isHeld()).isTrue();
        assertThat(claim.tryAcquire()).isEmpty();
        assertThat(claim.tryAcquire(Duration.ofMillis(100))).isEmpty();

        CompletableFuture<Hold> second = claim.acquireAsync();
        first.close();
        assertThat(first.isHeld()).isFalse();
        try (Hold hold = second.get(5, TimeUnit.SECONDS)) {
            assertThat(hold.isHeld()).isTrue();
            assertThat(hold.fencingToken()).isGreaterThan(first.fencingToken());
        }
    }

    @Test
    void itIsRenewedForLongerThanItsTtl() throws Exception {
        Claim claim = tenure.lock("long").ttl(Duration.ofSeconds(1));
        try (Hold hold = claim.acquire()) {
            assertThat(claim.tryAcquire(Duration.ofSeconds(4))).isEmpty();
            assertThat(hold.isHeld()).isTrue();
        }
    }

    @Test
    void aHolderLearnsThatItIsRevokedAndByWhom() throws Exception {
        Hold hold = tenure.lock("revoked").ttl(Duration.ofSeconds(1)).acquire();
        CompletableFuture<Loss> told = new CompletableFuture<>();
        hold.onLost(told::complete);

        server.api()
                .post(
                        "/v1/leases/" + hold.lease().id() + "/revoke",
                        "{'reason':'drill','by':'anna','immediately':true}");

        Loss loss = told.get(5, TimeUnit.SECONDS);
        assertThat(loss.cause()).isEqualTo(Cause.REVOKED);
        assertThat(loss.by()).isEqualTo("anna");
        assertThat(loss.reason()).isEqualTo("drill");
        assertThat(hold.isHeld()).isFalse();
    }

    @Test
    void whoGivesUpLeavesNoPlaceBehind() throws Exception {
        Claim claim = tenure.lock("given-up").ttl(Duration.ofSeconds(20));
        try (Hold hold = claim.acquire()) {
            CompletableFuture<Hold> waiting = claim.acquireAsync();
            await().until(() -> queueLength("given-up") == 1);
            waiting.cancel(false);
            await().until(() -> queueLength("given-up") == 0);
            assertThat(hold.isHeld()).isTrue();
        }
        Optional<Hold> next = claim.tryAcquire();
        assertThat(next).isPresent();
        next.get().close();
    }

    @Test
    void anUnrenewedHoldEndsAfterItsTtlUnlessItIsExtended() throws Exception {
        Claim claim = tenure.lock("unrenewed").ttl(Duration.ofSeconds(1)).unrenewed();
        Hold extended = claim.acquire();
        assertThat(extended.lease().renew(Duration.ofSeconds(3))).isTrue();
        assertThat(extended.remaining()).isGreaterThan(Duration.ofSeconds(2));
        CompletableFuture<Loss> told = new CompletableFuture<>();
        extended.onLost(told::complete);
        try (Hold next = claim.acquire()) {
            assertThat(told.get().cause()).isEqualTo(Cause.EXPIRED);
            assertThat(extended.isHeld()).isFalse();
            assertThat(extended.lease().renew(Duration.ofSeconds(3))).isFalse();
            assertThat(next.fencingToken()).isGreaterThan(extended.fencingToken());
        }
    }

    @Test
    void aTokenIsCurrentWhileItsHoldIsInForce() throws Exception {
        Hold hold = tenure.lock("checked").acquire();
        assertThat(tenure.isCurrent(Kind.LOCK, "checked", hold.fencingToken())).isTrue();
        assertThat(tenure.isCurrent(Kind.LOCK, "checked", hold.fencingToken() + 1))
                .isFalse();
        hold.release();
        assertThat(tenure.isCurrent(Kind.LOCK, "checked", hold.fencingToken())).isFalse();
        assertThat(tenure.isCurrent(Kind.SEMAPHORE, "checked", 1)).isFalse();
    }

    private long queueLength(String name) {
        return server.api().get("/v1/locks/" + name).number("/queueLength");
    }
}
