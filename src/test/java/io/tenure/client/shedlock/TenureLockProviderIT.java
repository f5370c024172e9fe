package io.tenure.client.shedlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tenure.client.TenureClient;
import io.tenure.error.Refusal;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.KeepAliveLockProvider;
import net.javacrumbs.shedlock.support.LockException;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import net.javacrumbs.shedlock.test.support.FuzzTester;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ShedLock's own tests for providers, its fuzz test among them, over a real server; and what is Tenure's own. */
class TenureLockProviderIT extends AbstractExtensibleLockProviderIntegrationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(300);

    private static Running server;
    private static TenureClient tenure;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = Running.start(data, "leases.grace", "100ms");
        tenure = TenureClient.connect("http://127.0.0.1:" + server.port());
    }

    @AfterAll
    static void stop() {
        tenure.close();
        server.close();
    }

    @Override
    protected ExtensibleLockProvider getLockProvider() {
        return new TenureLockProvider(tenure);
    }

    /** What ends by itself may end later than the holder counts, by the grace, and not before a second. */
    @Override
    protected void assertUnlocked(String name) {
        await().atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(isLocked(name)).isFalse());
    }

    @Override
    protected void assertLocked(String name) {
        assertThat(isLocked(name)).isTrue();
    }

    private boolean isLocked(String name) {
        Reply lock = server.api().get("/v1/locks/" + name);
        return lock.has("/holders/0") || lock.number("/closedForMillis") > 0;
    }

    /** With fewer rounds than ShedLock's hundred for each thread. */
    @Test
    @Override
    public void fuzzTestShouldPass() throws ExecutionException, InterruptedException {
        new FuzzTester(getLockProvider(), Duration.ofMillis(1), MINUTE, 20).doFuzzTest();
    }

    /** The servers open it later than asked for by the grace, and by what it takes a busy machine to notice. */
    @Test
    @Override
    public void shouldLockAtLeastFor() throws InterruptedException {
        doTestShouldLockAtLeastFor(1000);
    }

    @Test
    void theAuditLogTellsTheTaskAndThatItWasReleased() {
        LockConfiguration nightly = asked("close of month", MINUTE, Duration.ZERO);
        SimpleLock lock = new TenureLockProvider(tenure, name -> "tasks." + name.replace(' ', '-'))
                .lock(nightly)
                .orElseThrow();
        lock.unlock();

        await().untilAsserted(() -> {
            Reply tenures = server.api().get("/v1/audit/tenures?name=tasks.close-of-month");
            assertThat(tenures.text("/items/0/endedBy")).isEqualTo("RELEASED");
            assertThat(tenures.text("/items/0/reason")).isEqualTo("close of month");
        });
    }

    @Test
    void whoUnlocksBeforeTheLeastTimeOfAGrantLeavesItClosedAndReleased() {
        LockConfiguration asked = asked("short", MINUTE, Duration.ofSeconds(30));
        getLockProvider().lock(asked).orElseThrow().unlock();

        Reply lock = server.api().get("/v1/locks/short");
        assertThat(lock.number("/closedForMillis")).isBetween(20_000L, 30_000L);
        assertThat(getLockProvider().lock(asked)).isEmpty();
    }

    @Test
    void whoUnlocksBeforeTheLeastTimeOfAnExtensionLeavesItWithThatTtl() {
        SimpleLock granted =
                getLockProvider().lock(asked("extended", MINUTE, Duration.ZERO)).orElseThrow();
        granted.extend(MINUTE, Duration.ofSeconds(30)).orElseThrow().unlock();

        Reply lock = server.api().get("/v1/locks/extended");
        assertThat(lock.number("/holders/0/ttlMillis")).isBetween(20_000L, 30_000L);
    }

    @Test
    void whoUnlocksWithinTheLastSecondWaitsForItsEnd() {
        long begin = System.nanoTime();
        getLockProvider().lock(asked("brief", MINUTE, SHORT)).orElseThrow().unlock();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(SHORT);
        assertThat(isLocked("brief")).isFalse();
    }

    @Test
    void whoIsInterruptedMeanwhileLeavesItToEndByItself() {
        SimpleLock lock =
                getLockProvider().lock(asked("interrupted", MINUTE, SHORT)).orElseThrow();
        Thread.currentThread().interrupt();
        lock.unlock();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.api().get("/v1/locks/interrupted").number("/holders/0/ttlMillis"))
                .isEqualTo(1000);
    }

    @Test
    void itIsNotRenewedInTheBackground() {
        Duration second = Duration.ofSeconds(1);
        assertThat(getLockProvider().lock(asked("left", second, Duration.ZERO))).isPresent();

        assertUnlocked("left");
    }

    @Test
    void shedLocksKeepAliveExtendsIt() {
        ScheduledThreadPoolExecutor often = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
                return super.scheduleAtFixedRate(task, 100, 100, TimeUnit.MILLISECONDS);
            }
        };
        try {
            SimpleLock lock = new KeepAliveLockProvider(getLockProvider(), often)
                    .lock(asked("kept", MINUTE, Duration.ZERO))
                    .orElseThrow();
            String lease = server.api().get("/v1/locks/kept").text("/holders/0/lease");
            String granted = server.api().get("/v1/leases/" + lease).text("/renewedAt");

            await().untilAsserted(() -> assertThat(
                            server.api().get("/v1/leases/" + lease).text("/renewedAt"))
                    .isGreaterThan(granted));
            lock.unlock();
            assertThat(isLocked("kept")).isFalse();
        } finally {
            often.shutdown();
        }
    }

    @Test
    void aNameThatTenureDoesNotAllowIsRefusedWithTheRule() {
        LockConfiguration asked = asked("a name with spaces", MINUTE, Duration.ZERO);

        assertThatThrownBy(() -> getLockProvider().lock(asked))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("a name with spaces")
                .hasMessageContaining("1 to 200 characters");
    }

    @Test
    void aTimeThatTheServersDoNotAllowIsRefusedWithTheLimits() {
        LockConfiguration asked = asked("long", Duration.ofDays(2), Duration.ZERO);

        assertThatThrownBy(() -> getLockProvider().lock(asked))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("lock long")
                .hasMessageContaining("1s to 24h");
    }

    @Test
    void anExtensionAfterARevocationIsRefused() {
        SimpleLock lock =
                getLockProvider().lock(asked("revoked", MINUTE, Duration.ZERO)).orElseThrow();
        String lease = server.api().get("/v1/locks/revoked").text("/holders/0/lease");
        server.api().post("/v1/leases/" + lease + "/revoke", "{'reason':'drill','immediately':true}");

        Optional<SimpleLock> extended = lock.extend(MINUTE, Duration.ZERO);

        assertThat(extended).isEmpty();
    }

    private static LockConfiguration asked(String name, Duration atMost, Duration atLeast) {
        return new LockConfiguration(Instant.now(), name, atMost, atLeast);
    }
}
