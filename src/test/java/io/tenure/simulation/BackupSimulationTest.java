package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.archive.Archive;
import io.tenure.audit.Drain;
import io.tenure.audit.JdbiAuditLog;
import io.tenure.audit.LogCopy;
import io.tenure.audit.Migrations;
import io.tenure.backup.Backups;
import io.tenure.backup.Restored;
import io.tenure.coordination.Blocking;
import io.tenure.coordination.Generation;
import io.tenure.coordination.Paths;
import io.tenure.lease.Lease.State;
import io.tenure.lease.StoredLease;
import io.tenure.name.LeaseId;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup that is taken while clients work, and restored into a fresh cluster, is what stood at one moment of the store: the one of the
 * last record in it.
 *
 * <p>{@code -Dbackup.seeds=1000} runs more schedules, {@code -Dbackup.seed=7} one.
 */
class BackupSimulationTest {
    private static final int SEEDS = Integer.getInteger("backup.seeds", 20);
    private static final Paths PATHS = new Paths("/tenure");

    @TempDir
    Path folder;

    @TestFactory
    List<DynamicTest> aBackupIsOfOneMoment() {
        Database before = new Database();
        Database after = new Database();
        Long only = Long.getLong("backup.seed");
        return LongStream.range(only == null ? 0 : only, only == null ? SEEDS : only + 1)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> run(seed, before, after)))
                .toList();
    }

    private void run(long seed, Database before, Database after) throws IOException {
        before.clear();
        after.clear();
        World world = new World(seed, Weather.STORMY);
        Old old = new Old(world, before);
        old.crowd.begin();
        world.advance(Duration.ofMillis(world.between(Duration.ofSeconds(1), Duration.ofSeconds(4)) / 1_000_000));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int acted = old.crowd.acted();
        try (Backups.Begun backup = old.backups.backup()) {
            backup.write(out);
        }
        assertThat(old.crowd.acted()).as("the crowd works while it is taken").isGreaterThan(acted);
        Path file = folder.resolve("seed-" + seed);
        Files.write(file, out.toByteArray());
        Archive archive = Archive.verified(file);
        // the audit database survives in every third run, with what came later
        boolean survives = seed % 3 == 2;
        if (survives) {
            world.advance(Duration.ofSeconds(3));
        }
        old.crowd.stop();
        Fresh fresh = new Fresh(survives ? before : after);
        Restored restored = fresh.backups.restore(new ByteArrayInputStream(out.toByteArray()));
        new Compared(old, archive, fresh, restored).all();
        fresh.serveInOrder(old, restored);
    }

    /** The database of one cluster, emptied before each schedule: to make one takes longer than a schedule. */
    private static final class Database {
        final Jdbi jdbi;
        final Migrations migrations;

        Database() {
            JdbcConnectionPool pool = JdbcConnectionPool.create(
                    "jdbc:h2:mem:" + UUID.randomUUID()
                            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1",
                    "tenure",
                    "");
            jdbi = Jdbi.create(pool);
            migrations = new Migrations(pool);
            migrations.run();
        }

        void clear() {
            jdbi.useHandle(handle -> {
                for (String table : List.of("events", "tenures", "quarantine")) {
                    handle.execute("DELETE FROM " + table);
                }
                handle.execute("UPDATE progress SET epoch = 0, number = 0, at = 0, through = 0, recorded_until = NULL");
            });
        }

        LogCopy copy() {
            return new LogCopy(jdbi, migrations);
        }

        List<String> rows(String sql) {
            return jdbi.withHandle(
                    handle -> handle.createQuery(sql).mapTo(String.class).list());
        }
    }

    private static Blocking.Awaiting waitingIn(World world) {
        return new Blocking.Awaiting() {
            @Override
            public <T> T await(CompletionStage<T> stage) {
                return world.await(stage);
            }
        };
    }

    private static LockSoftware start(
            World world, TwinStore store, Election election, Paths paths, String name, long base, Database database) {
        Machine machine = world.machine(name);
        TwinCoordination port = new TwinCoordination(world, store, machine, 2);
        TwinAuditLog nothing = new TwinAuditLog(world);
        nothing.steady();
        LockSoftware software = new LockSoftware(world, paths, port, machine, nothing, base, false);
        Drain drain = new Drain(
                port,
                paths,
                base,
                new JdbiAuditLog(database.jdbi, database.migrations),
                machine,
                task -> world.after(world.hiccup(), () -> machine.run(task)),
                20);
        new TwinRole(election, machine, port, paths).stand(List.of(software.expiry, software.sweep, drain));
        return software;
    }

    private Backups backups(World world, LockSoftware server, Database database) {
        return new Backups(
                server.nodes,
                database.copy(),
                new Generation(server.nodes.store(), server.nodes.paths()),
                "restorer",
                "test",
                folder,
                () -> 1_795_000_000_000L,
                waitingIn(world));
    }

    /** The cluster that is backed up. */
    private final class Old {
        final TwinStore store;
        final BackupCrowd crowd;
        final Backups backups;

        Old(World world, Database database) {
            store = new TwinStore(world).layOut(PATHS);
            Election election = new Election(world, store, PATHS);
            LockSoftware one = start(world, store, election, PATHS, "server-1", 0, database);
            LockSoftware two = start(world, store, election, PATHS, "server-2", 0, database);
            crowd = new BackupCrowd(world, List.of(one, two));
            crowd.terms = thing -> new StoreThen(store, PATHS, store.last(), 0)
                    .leases().values().stream()
                            .flatMap(lease -> lease.lease().holds().stream()
                                    .filter(hold -> hold.want().thing().equals(thing) && hold.state() == State.HELD)
                                    .map(lease::token))
                            .toList();
            backups = backups(world, two, database);
        }
    }

    /** The cluster that it is restored into, in a calm world. */
    private final class Fresh {
        final World world = World.calm();
        final TwinStore store = new TwinStore(world).layOut(PATHS);
        final Election election = new Election(world, store, PATHS);
        final Database database;
        final Backups backups;

        Fresh(Database database) {
            this.database = database;
            LockSoftware server = start(world, store, election, PATHS, "old", 0, database);
            world.settle();
            backups = backups(world, server, database);
        }

        /** A server that is started again serves who waits in the old order, with higher tokens than ever. */
        void serveInOrder(Old old, Restored restored) {
            Paths paths = new Paths(PATHS.root(), 1);
            LockSoftware server = start(world, store, election, paths, "new", restored.tokenBase(), database);
            world.settle();
            StoreThen then = new StoreThen(store, paths, store.last(), restored.tokenBase());
            for (Thing thing : BackupCrowd.THINGS.subList(0, 2)) {
                List<LeaseId> line = then.line(thing);
                if (then.isClosed(thing)) {
                    return;
                }
                List<LeaseId> granted = new ArrayList<>();
                for (LeaseId id : line) {
                    Wish wish = old.crowd.wishes().get(id);
                    if (wish == null || !wish.thing().equals(thing) || then.isRevoked(id)) {
                        return; // of several at once, or attached, or asked to end: told by the comparison
                    }
                    Wish again = new Wish(
                            wish.share(), null, id, true, wish.ttl(), Duration.ofSeconds(30), true, null, null, null);
                    server.acquire(again, Presence.ALWAYS).thenAccept(answer -> {
                        if (answer instanceof Answer.Held held) {
                            granted.add(held.lease());
                            if (!then.hold(id, thing).orElseThrow().state().equals(State.HELD)) {
                                assertThat(held.token()).isGreaterThan(restored.tokenBase());
                            }
                        }
                    });
                    world.settle();
                }
                for (LeaseId id : line) {
                    world.await(server.release(thing, id));
                    world.settle();
                }
                assertThat(granted).as(thing.toString()).isEqualTo(line);
            }
        }
    }

    /** What is restored, and what stood. */
    private static final class Compared {
        private final Fresh fresh;
        private final Restored restored;
        private final StoreThen now;
        /** As of the last record in the log, and just before: a transaction's records may be cut between an end and a grant. */
        private final List<StoreThen> then;

        private final StoreThen begun;
        private final List<String> unlike = new ArrayList<>();

        Compared(Old old, Archive archive, Fresh fresh, Restored restored) {
            this.fresh = fresh;
            this.restored = restored;
            this.now = new StoreThen(fresh.store, PATHS, fresh.store.last(), restored.tokenBase());
            long last = Long.parseLong(fresh.database
                    .rows("SELECT COALESCE(MAX(position), 0) FROM events WHERE position < " + (1L << 45))
                    .get(0));
            last = Math.max(last, archive.header().from());
            this.then = List.of(new StoreThen(old.store, PATHS, last, 0), new StoreThen(old.store, PATHS, last - 1, 0));
            this.begun = new StoreThen(old.store, PATHS, archive.header().from(), 0);
        }

        void all() {
            theHoldsAreThoseOfTheMoment();
            nothingIsMissingThatStoodBefore();
            linesAreInOrderAndLegal();
            theLogAgrees();
            assertThat(unlike).isEmpty();
            assertThat(restored.leases()).isEqualTo((int) now.leases().values().stream()
                    .filter(lease -> lease.lease().lives())
                    .count());
        }

        private void theHoldsAreThoseOfTheMoment() {
            for (LeaseId id : now.leases().keySet()) {
                List<String> holds = now.holds(id);
                if (then.stream()
                        .noneMatch(each ->
                                each.leases().containsKey(id) && each.holds(id).containsAll(holds))) {
                    unlike.add(id + " has " + holds + ", had " + then.get(0).holds(id));
                }
            }
        }

        private void nothingIsMissingThatStoodBefore() {
            for (StoredLease lease : begun.leases().values()) {
                LeaseId id = lease.id();
                if (then.stream().allMatch(each -> each.leases().containsKey(id))
                        && lease.lease().lives()
                        && then.get(0).lives(id)) {
                    Set<String> have = new HashSet<>(now.holds(id));
                    List<String> must = begun.holds(id).stream()
                            .filter(hold -> then.stream()
                                    .allMatch(each -> each.holds(id).contains(hold)))
                            .toList();
                    must.stream()
                            .filter(hold -> !have.contains(hold))
                            .forEach(hold -> unlike.add(id + " lacks " + hold + ", has " + have));
                    // one that lives on by what it has taken since then alone may be gone
                    if ((!must.isEmpty() || !lease.lease().forHolds())
                            && !now.leases().containsKey(id)) {
                        unlike.add(id + " is missing");
                    }
                }
            }
        }

        private void linesAreInOrderAndLegal() {
            for (Thing thing : BackupCrowd.THINGS) {
                List<LeaseId> line = now.line(thing);
                List<List<LeaseId>> were = then.stream()
                        .map(each ->
                                each.line(thing).stream().filter(line::contains).toList())
                        .toList();
                if (!were.contains(line)) {
                    unlike.add(thing + " is " + line + ", was " + were.get(0));
                }
                List<String> places = now.places(thing);
                for (String place : places) {
                    LeaseId id = new LeaseId(Recipe.lease(place));
                    boolean holds = now.hold(id, thing)
                            .filter(hold -> hold.state() == State.HELD)
                            .isPresent();
                    int permits = Math.max(now.permits(thing), out(thing));
                    if (now.hold(id, thing).isEmpty()
                            || (holds && !thing.recipe().entitles(places, place, permits))) {
                        unlike.add(place + " of " + thing + " in " + places);
                    }
                }
                if (then.stream().noneMatch(each -> each.permits(thing) == now.permits(thing))) {
                    unlike.add("permits of " + thing);
                }
            }
        }

        /** Permits that were lowered take nothing from anybody; a hold that has ended and keeps its name closed is out, too. */
        private int out(Thing thing) {
            return then.stream()
                    .mapToInt(each -> each.leases().values().stream()
                            .flatMap(lease -> each.hold(lease.id(), thing).stream())
                            .filter(hold -> hold.state() != State.QUEUED)
                            .mapToInt(hold -> hold.want().places())
                            .sum())
                    .max()
                    .orElse(0);
        }

        private void theLogAgrees() {
            Set<String> open = new HashSet<>(fresh.database.rows(
                    "SELECT kind || ' ' || COALESCE(name, '-') || ' ' || COALESCE(token, 0) || ' ' || lease FROM tenures"
                            + " WHERE ended_at IS NULL"));
            Set<String> held = new HashSet<>();
            for (StoredLease lease : now.leases().values()) {
                if (lease.lease().lives() && !lease.lease().forHolds()) {
                    held.add("lease - 0 " + lease.id());
                }
                lease.lease().holds().stream()
                        .filter(hold -> hold.state() == State.HELD)
                        .forEach(hold -> held.add(hold.want().thing() + " " + hold.token() + " " + lease.id()));
            }
            assertThat(open).isEqualTo(held);
            assertThat(fresh.database.rows("SELECT position FROM quarantine")).isEmpty();
            assertThat(fresh.database.rows("SELECT COUNT(*) - MAX(number) FROM events"))
                    .containsExactly("0");
        }
    }
}
