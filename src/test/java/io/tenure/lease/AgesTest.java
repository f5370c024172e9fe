package io.tenure.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.Actor;
import io.tenure.audit.History;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.name.LeaseId;
import io.tenure.simulation.TwinCoordination;
import io.tenure.simulation.TwinNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Leases that nobody renews, under coordinators that change, over the in-memory twin. */
class AgesTest {
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Limits LIMITS = new Limits(
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            GRACE,
            null,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            3,
            100_000,
            500_000,
            500,
            2_000,
            16,
            64,
            64 * 1024,
            4 * 1024,
            100_000);
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration STAY = Duration.ofMinutes(2);
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final LeaseId LEASE = new LeaseId(new UUID(0, 1).toString());

    private final TwinCoordination store = TwinCoordination.calm();
    private final AtomicLong numbers = new AtomicLong();
    private final LeaseNodes nodes =
            new LeaseNodes(store, store.paths(), "s1", 0, new Recent(store.timers(), LIMITS.endedMemory()));
    private final Ender ender = new Ender(nodes);
    private final Leases leases;
    private final Renewals renewals;
    private TwinCoordination server = store;
    private Expiry coordinator = expiry(store, 0);

    AgesTest() {
        History history = lease -> CompletableFuture.completedFuture(new History.Answer.NotFound());
        Endings endings = new Endings(nodes, history);
        leases = new Leases(
                nodes,
                ender,
                endings,
                new Abandoned(nodes, ender, store.timers(), Duration.ofSeconds(10)),
                new Watching(nodes, store.timers(), new Hanging()),
                new Admission(LIMITS, () -> 0, () -> 0, () -> 0, Optional::empty, Optional::empty),
                store.timers(),
                () -> "n" + numbers.incrementAndGet());
        renewals = new Renewals(nodes, ender, endings, LIMITS, store.timers());
        coordinator.begin(term());
    }

    private static Expiry expiry(TwinCoordination server, long tokenBase) {
        LeaseNodes its = new LeaseNodes(
                server, server.paths(), "s", tokenBase, new Recent(server.timers(), LIMITS.endedMemory()));
        return new Expiry(its, new Ender(its), LIMITS, server.timers());
    }

    /** A new term, as the role begins one: from now on lists that begin with an older fence fail. */
    private Duty.Term term() {
        Outcome outcome = commit(new Operation.SetData(store.paths().epoch(), new byte[0], -1));
        int version = ((Outcome.Done) outcome).stamp(0).version();
        return new Duty.Term(version, new Operation.Check(store.paths().epoch(), version));
    }

    private Outcome commit(Operation... operations) {
        return store.world().await(store.commit("test", List.of(operations)));
    }

    private void grant(LeaseId id, Duration ttl) {
        store.world().await(leases.grant(id, true, new Terms(ttl, "a", null, Map.of()), Actor.SERVICE));
    }

    private void renew() {
        store.world().await(renewals.renew(LEASE, null));
    }

    /** Another server takes over the role. */
    private void change(long tokenBase) {
        coordinator.end();
        server = store.another("s" + numbers.incrementAndGet());
        coordinator = expiry(server, tokenBase);
        coordinator.begin(term());
    }

    private boolean lives() {
        return store.store().node(store.paths().lease(LEASE)).isPresent();
    }

    /** Lets so much time pass, with a new coordinator every so often; says how long the lease was still there. */
    private Duration live(Duration most, Duration stay) {
        Duration lived = Duration.ZERO;
        while (lives() && lived.compareTo(most) < 0) {
            store.advance(STEP);
            lived = lived.plus(STEP);
            if (lived.toSeconds() % stay.toSeconds() == 0) {
                change(0);
            }
        }
        return lived;
    }

    private TwinNode ages() {
        return store.store().node(store.paths().ages() + "/" + LEASE.shard()).orElseThrow();
    }

    private int writes() {
        return ages().stamp().version() + 1;
    }

    private long age() {
        String text = new String(ages().data(), UTF_8);
        return Long.parseLong(text.replaceAll(".*,(\\d+)]]}", "$1"));
    }

    @Test
    void anAbandonedLeaseEndsThoughCoordinatorsChangeMoreOftenThanItsTtl() {
        grant(LEASE, TTL);

        Duration lived = live(TTL.multipliedBy(3), STAY);

        assertThat(lived).isBetween(TTL, TTL.plus(TTL.dividedBy(10)).plus(GRACE).plus(Duration.ofSeconds(5)));
    }

    @Test
    void aRenewalGivesTheFullTtlAgain() {
        grant(LEASE, TTL);
        live(Duration.ofSeconds(500), STAY);
        renew();

        Duration lived = live(TTL.multipliedBy(3), STAY);

        assertThat(lived).isBetween(TTL, TTL.plus(TTL.dividedBy(10)).plus(GRACE).plus(Duration.ofSeconds(5)));
    }

    @Test
    void aRenewalWhileNobodyWatchesIsNoticed() {
        grant(LEASE, TTL);
        live(Duration.ofSeconds(230), Duration.ofHours(1));
        coordinator.end();
        renew();
        change(0);

        assertThat(live(TTL.multipliedBy(2), Duration.ofHours(1))).isBetween(TTL, TTL.plusSeconds(2));
    }

    @Test
    void anIdThatIsUsedAgainHasNoAge() {
        grant(LEASE, TTL);
        live(Duration.ofSeconds(230), Duration.ofHours(1));
        coordinator.end();
        int version = store.store()
                .node(store.paths().lease(LEASE))
                .orElseThrow()
                .stamp()
                .version();
        store.world().await(leases.release(LEASE, null, Actor.SERVICE));
        forgetTheEnd();
        grant(LEASE, TTL);
        assertThat(store.store()
                        .node(store.paths().lease(LEASE))
                        .orElseThrow()
                        .stamp()
                        .version())
                .isEqualTo(version);
        change(0);

        assertThat(live(TTL.multipliedBy(2), Duration.ofHours(1))).isBetween(TTL, TTL.plusSeconds(2));
    }

    /** As after {@code endedMemory}, when the records are in the database. */
    private void forgetTheEnd() {
        commit(new Operation.Delete(store.paths().ended(LEASE), -1));
        String outbox = store.paths().outbox(LEASE);
        store.store().children(outbox).forEach(name -> commit(new Operation.Delete(outbox + "/" + name, -1)));
    }

    @Test
    void anAgeFromBeforeARestoreDoesNotCount() {
        grant(LEASE, TTL);
        live(Duration.ofSeconds(230), Duration.ofHours(1));
        change(1L << 45);

        assertThat(live(TTL.multipliedBy(2), Duration.ofHours(1))).isBetween(TTL, TTL.plusSeconds(2));
    }

    @Test
    void anInterruptedWatchForgetsWhatItHasNotStored() {
        grant(LEASE, TTL);
        live(Duration.ofSeconds(235), Duration.ofHours(1));
        long stored = age();
        server.interrupt();
        store.advance(Duration.ofSeconds(60));
        server.restore();

        Duration lived = live(TTL.multipliedBy(2), Duration.ofHours(1));

        assertThat(stored).isLessThan(235_000);
        assertThat(lived.plusMillis(stored)).isBetween(TTL, TTL.plusSeconds(5));
    }

    @Test
    void aRenewalThatAnInterruptedWatchHasMissedCounts() {
        grant(LEASE, TTL);
        live(Duration.ofSeconds(230), Duration.ofHours(1));
        change(0);
        live(Duration.ofSeconds(60), Duration.ofHours(1));
        server.interrupt();
        store.advance(Duration.ofSeconds(30));
        renew();
        server.restore();

        assertThat(live(TTL.multipliedBy(2), Duration.ofHours(1))).isBetween(TTL, TTL.plusSeconds(5));
    }

    @Test
    void aLeaseThatIsRenewedOftenAndAnIdleServerAreNotWrittenAbout() {
        grant(LEASE, TTL);
        for (int i = 0; i < 20; i++) {
            store.advance(Duration.ofSeconds(25));
            renew();
        }
        store.world().await(leases.release(LEASE, null, Actor.SERVICE));
        long last = store.store().last();
        store.advance(Duration.ofHours(1));

        assertThat(store.store().last()).isEqualTo(last);
        assertThat(store.store().children(store.paths().ages())).isEmpty();
    }

    @Test
    void aLongLeaseCostsFewWrites() {
        grant(LEASE, Duration.ofHours(24));
        store.advance(Duration.ofHours(24));

        assertThat(lives()).isTrue();
        assertThat(writes()).isBetween(50, 99);
        assertThat(age()).isGreaterThan(Duration.ofHours(24).toMillis() * 9 / 10);

        store.advance(Duration.ofSeconds(2));
        assertThat(lives()).isFalse();
    }

    @Test
    void leasesOfOneShardAreWrittenTogetherAndThoseThatAreGoneDropped() {
        LeaseId other = sibling();
        grant(other, TTL);
        grant(LEASE, TTL);
        store.advance(Duration.ofSeconds(45));
        String both = new String(ages().data(), UTF_8);
        store.world().await(leases.release(other, null, Actor.SERVICE));
        store.advance(Duration.ofSeconds(45));

        assertThat(both)
                .startsWith("{\"format\":1,\"ages\":[[\"")
                .contains(other.value())
                .contains(LEASE.value());
        assertThat(new String(ages().data(), UTF_8)).contains(LEASE.value()).doesNotContain(other.value());
        assertThat(store.store().children(store.paths().ages())).containsExactly(LEASE.shard());
        assertThat(writes()).isLessThan(9);
    }

    private static LeaseId sibling() {
        for (long i = 2; ; i++) {
            LeaseId id = new LeaseId(new UUID(0, i).toString());
            if (id.shard().equals(LEASE.shard())) {
                return id;
            }
        }
    }

    @Test
    void agesThatCannotBeReadAreNone() {
        commit(new Operation.Create(
                store.paths().ages() + "/" + LEASE.shard(),
                "{\"format\":2}".getBytes(UTF_8),
                Operation.Mode.PERSISTENT));
        grant(LEASE, TTL);
        change(0);

        assertThat(live(TTL.multipliedBy(2), Duration.ofHours(1))).isBetween(TTL, TTL.plusSeconds(2));
    }

    @Test
    void workBeyondTheBoundWaitsAndNoneIsForgotten() {
        Throttle throttle = new Throttle(2);
        AtomicLong begun = new AtomicLong();
        CompletableFuture<String> gate = new CompletableFuture<>();
        for (int i = 0; i < 100_000; i++) {
            throttle.run(() -> {
                begun.incrementAndGet();
                return gate;
            });
        }
        assertThat(begun.get()).isEqualTo(2);

        gate.complete("");

        assertThat(begun.get()).isEqualTo(100_000);
    }
}
