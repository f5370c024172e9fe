package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.client.Loss.Cause;
import io.tenure.error.ErrorCode;
import io.tenure.name.Kind;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Several holds of one lease, and the other forms of a claim, from a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedLeaseIT {
    private static final Duration TTL = Duration.ofSeconds(1);

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
    void oneLeaseKeepsManyAndItsEndEndsThemAll() throws Exception {
        Lease lease = tenure.lease(TTL);
        Hold one = tenure.lock("shared-1").under(lease).acquire();
        Hold other = tenure.writeLock("shared-2").under(lease).acquire();
        assertThat(tenure.lock("shared-1").tryAcquire(Duration.ofSeconds(3))).isEmpty();
        assertThat(one.isHeld() && other.isHeld()).isTrue();
        lease.close();
        assertThat(one.isHeld() || other.isHeld()).isFalse();
        tenure.lock("shared-1").tryAcquire().orElseThrow().close();
    }

    @Test
    void aNameIsTakenAndGivenBackUnderTheSameLeaseAgainAndAgain() throws Exception {
        try (Lease lease = tenure.lease(TTL)) {
            Claim claim = tenure.lock("again").under(lease);
            long token = 0;
            for (int i = 0; i < 5; i++) {
                try (Hold hold = claim.acquire()) {
                    assertThat(hold.fencingToken()).isGreaterThan(token);
                    token = hold.fencingToken();
                }
            }
            try (Hold other = tenure.lock("again").acquire()) {
                assertThat(claim.tryAcquire()).isEmpty();
                assertThat(claim.tryAcquire(Duration.ofMillis(100))).isEmpty();
                CompletableFuture<Hold> waiting = claim.acquireAsync();
                assertThat(other.isHeld()).isTrue();
                other.release();
                waiting.get(5, TimeUnit.SECONDS).close();
            }
            assertThat(lease.isLive()).isTrue();
        }
    }

    @Test
    void aHoldThatIsEndedAloneIsLostWhileItsLeaseLivesOn() throws Exception {
        try (Lease lease = tenure.lease(TTL)) {
            Hold revoked = tenure.lock("ended-alone").under(lease).acquire();
            Hold stands = tenure.lock("stands").under(lease).acquire();
            CompletableFuture<Loss> told = new CompletableFuture<>();
            revoked.onLost(told::complete);

            server.api()
                    .post(
                            "/v1/locks/ended-alone/holds/" + lease.id() + "/revoke",
                            "{'reason':'drill','by':'anna','immediately':true}");

            Loss loss = told.get(2, TimeUnit.SECONDS);
            assertThat(loss.cause()).isEqualTo(Cause.REVOKED);
            assertThat(loss.by()).isEqualTo("anna");
            assertThat(revoked.isHeld()).isFalse();
            assertThat(stands.isHeld()).isTrue();
        }
    }

    @Test
    void waitingUnderALeaseThatIsGivenBackFails() {
        Lease lease = tenure.lease(TTL);
        try (Hold other = tenure.lock("given-back").tryAcquire().orElseThrow()) {
            CompletableFuture<Hold> waiting =
                    tenure.lock("given-back").under(lease).acquireAsync();
            assertThat(other.isHeld()).isTrue();
            lease.release();
            assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            TenureException.class, e -> assertThat(e.code()).contains(ErrorCode.LEASE_ENDED));
        }
    }

    @Test
    void severalAreGrantedTogetherOrNotAtAll() throws Exception {
        tenure.setPermits("bulk", 2);
        Several several = tenure.several(tenure.lock("acct-1"), tenure.writeLock("ledger"), tenure.permits("bulk", 2))
                .ttl(TTL)
                .reason("close of month");
        try (Holds holds = several.tryAcquire().orElseThrow()) {
            assertThat(holds.all()).extracting(Hold::kind).containsExactly(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE);
            assertThat(holds.all()).allMatch(hold -> hold.fencingToken() > 0 && hold.isHeld());
            assertThat(several.tryAcquire()).isEmpty();
            assertThat(several.tryAcquire(Duration.ofMillis(1500))).isEmpty();
            assertThat(holds.isHeld()).isTrue();

            Hold ledger = holds.all().get(1);
            ledger.release();
            assertThat(holds.isHeld()).isFalse();
            assertThat(holds.all().get(0).isHeld()).isTrue();
            tenure.readLock("ledger").tryAcquire().orElseThrow().close();
        }
        tenure.lock("acct-1").tryAcquire().orElseThrow().close();
    }

    @Test
    void oneOfSeveralThatIsEndedAloneIsTold() throws Exception {
        try (Holds holds = tenure.several(tenure.lock("both-1"), tenure.lock("both-2"))
                .ttl(TTL)
                .tryAcquire()
                .orElseThrow()) {
            CompletableFuture<Loss> told = new CompletableFuture<>();
            holds.onLost(told::complete);
            server.api()
                    .post(
                            "/v1/locks/both-2/holds/" + holds.lease().id() + "/revoke",
                            "{'reason':'drill','immediately':true}");
            assertThat(told.get(2, TimeUnit.SECONDS).cause()).isEqualTo(Cause.REVOKED);
            assertThat(holds.all()).extracting(Hold::isHeld).containsExactly(true, false);
        }
    }

    @Test
    void aWriterThatBecomesAReaderLetsReadersInAndKeepsItsToken() throws Exception {
        try (Hold writer = tenure.writeLock("down").acquire()) {
            CompletableFuture<Hold> reader = tenure.readLock("down").acquireAsync();
            assertThat(reader).isNotDone();
            writer.downgrade();
            reader.get(5, TimeUnit.SECONDS).close();
            assertThat(writer.isHeld()).isTrue();
            assertThat(tenure.isCurrent(Kind.RWLOCK, "down", writer.fencingToken()))
                    .isTrue();
        }
        Hold lock = tenure.lock("no-writer").acquire();
        assertThatThrownBy(lock::downgrade).isInstanceOf(IllegalStateException.class);
        lock.close();
        Hold ended = tenure.writeLock("down").acquire();
        ended.close();
        assertThatThrownBy(ended::downgrade).isInstanceOf(TenureException.class);
    }

    @Test
    void permitsAreAsManyAsWereSet() {
        assertThatThrownBy(() -> tenure.permits("few", 1).tryAcquire())
                .isInstanceOfSatisfying(
                        TenureException.class, e -> assertThat(e.code()).contains(ErrorCode.SEMAPHORE_UNKNOWN));
        tenure.setPermits("few", 1);
        Hold one = tenure.permits("few", 1).tryAcquire().orElseThrow();
        assertThat(tenure.permits("few", 1).tryAcquire()).isEmpty();
        tenure.setPermits("few", 2);
        tenure.permits("few", 1).tryAcquire().orElseThrow().close();
        one.close();
        assertThatThrownBy(() -> tenure.setPermits("few", 0)).isInstanceOf(TenureException.class);
    }

    @Test
    void threadsOfOneProcessExcludeEachOtherByTheLockView() throws Exception {
        Lock lock = tenure.lock("view").ttl(Duration.ofSeconds(5)).asLock();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Runnable work = () -> {
            for (int i = 0; i < 10; i++) {
                lock.lock();
                try {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                } finally {
                    lock.unlock();
                }
            }
        };
        Thread one = new Thread(work);
        Thread other = new Thread(work);
        one.start();
        other.start();
        one.join(30_000);
        other.join(30_000);
        assertThat(one.isAlive() || other.isAlive()).isFalse();
        assertThat(most).hasValue(1);
    }

    @Test
    void theLockViewBelongsToTheThreadThatLockedIt() throws Exception {
        Lock lock = tenure.lock("owned").asLock();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(lock.tryLock()).isTrue();
        assertThatThrownBy(lock::lock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(CompletableFuture.supplyAsync(lock::tryLock).get(5, TimeUnit.SECONDS))
                .isFalse();
        lock.unlock();
        assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
        lock.unlock();
        assertThatThrownBy(lock::newCondition).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void unlockingWhatWasLostSaysSo() throws Exception {
        Lock lock = tenure.lock("lost-view").ttl(TTL).unrenewed().asLock();
        lock.lockInterruptibly();
        Optional<Hold> next = tenure.lock("lost-view").tryAcquire(Duration.ofSeconds(10));
        assertThat(next).isPresent();
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("lost");
        assertThat(next.get().isHeld()).isTrue();
        next.get().close();
    }
}
