package io.tenure.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.audit.Actor;
import io.tenure.audit.LogCopy;
import io.tenure.audit.LogRecord;
import io.tenure.audit.Migrations;
import io.tenure.coordination.Blocking;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Generation;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Limits;
import io.tenure.lease.Recent;
import io.tenure.lease.Terms;
import io.tenure.name.LeaseId;
import io.tenure.simulation.TwinCoordination;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore refuses, and what is true when it is cut off. */
class RestoreTest {
    private static final LeaseId LEASE = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");

    @TempDir
    Path folder;

    private final Cluster old = new Cluster();
    private final Cluster fresh = new Cluster();

    @AfterEach
    void close() {
        old.pool.dispose();
        fresh.pool.dispose();
    }

    /** A store and a database, and one server. */
    private final class Cluster {
        final TwinCoordination twin = TwinCoordination.calm();
        final Paths paths = twin.paths();
        final JdbcConnectionPool pool = JdbcConnectionPool.create(
                "jdbc:h2:mem:" + UUID.randomUUID()
                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1",
                "tenure",
                "");
        final Migrations migrations = new Migrations(pool);
        Coordination port = twin;

        Backups backups() {
            LeaseNodes nodes =
                    new LeaseNodes(port, paths, "server", 0, new Recent(twin.timers(), Duration.ofMinutes(1)));
            return new Backups(
                    nodes,
                    new LogCopy(Jdbi.create(pool), migrations),
                    new Generation(port, paths),
                    "server",
                    "test",
                    folder,
                    () -> 1_795_000_000_000L,
                    new Blocking.Awaiting() {
                        @Override
                        public <T> T await(CompletionStage<T> stage) {
                            return twin.world().await(stage);
                        }
                    });
        }

        byte[] backup() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (Backups.Begun backup = backups().backup()) {
                backup.write(out);
            }
            return out.toByteArray();
        }

        Restored restore(byte[] archive) {
            return backups().restore(new ByteArrayInputStream(archive));
        }

        Outcome commit(Operation... operations) {
            return twin.world().await(twin.commit("test", List.of(operations)));
        }

        boolean has(String path) {
            return twin.store().node(path).isPresent();
        }

        /** What stands, but for numbers and for what everybody writes: enough to see whether anything was changed. */
        List<String> everything() {
            return Stream.of(
                            paths.root(),
                            paths.sys(),
                            paths.leases() + "/" + LEASE.shard(),
                            paths.outbox(),
                            paths.tokenBase())
                    .flatMap(path -> Stream.concat(
                            twin.store().children(path).stream(),
                            twin.store().node(path).stream().map(node -> new String(node.data(), UTF_8))))
                    .toList();
        }
    }

    private static Operation lease(Cluster cluster, LeaseId id) {
        LeaseNodes nodes = new LeaseNodes(
                cluster.twin, cluster.paths, "server", 0, new Recent(cluster.twin.timers(), Duration.ofMinutes(1)));
        Lease lease = new Terms(Duration.ofSeconds(30), "etl@a", null, Map.of())
                .lease(limits(), "nonce", true, false, "asked", Actor.SERVICE);
        return nodes.create(id, lease);
    }

    static Limits limits() {
        return new Limits(
                Duration.ofSeconds(1),
                Duration.ofHours(24),
                Duration.ofMillis(500),
                null,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                1_000,
                100_000,
                500_000,
                500,
                2_000,
                16,
                64,
                64 * 1024,
                4 * 1024,
                100_000);
    }

    private void assertRefused(ErrorCode code, byte[] archive) {
        List<String> before = fresh.everything();
        assertThatThrownBy(() -> fresh.restore(archive))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
        assertThat(fresh.everything()).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aLeaseIsThereAgainAndTokensAreHigher() throws IOException {
        old.commit(lease(old, LEASE));

        Restored restored = fresh.restore(old.backup());

        assertThat(restored.leases()).isEqualTo(1);
        assertThat(fresh.has(fresh.paths.lease(LEASE))).isTrue();
        assertThat(restored.tokenBase()).isGreaterThan(1L << 45);
        assertThat(new String(
                        fresh.twin
                                .store()
                                .node(fresh.paths.tokenBase())
                                .orElseThrow()
                                .data(),
                        UTF_8))
                .isEqualTo(String.valueOf(restored.tokenBase()));
        assertThat(fresh.has(fresh.paths.restoring())).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aServerFromBeforeCanRecordNothingAndSoGrantNothing() throws IOException {
        fresh.restore(old.backup());

        Outcome outcome = fresh.commit(
                lease(fresh, LEASE),
                new Operation.Create(
                        fresh.paths.outbox(LEASE) + "/" + LEASE + "-0-0", new byte[0], Operation.Mode.PERSISTENT));

        assertThat(outcome).isEqualTo(new Outcome.Conflict(1, Outcome.Cause.ABSENT));
        Paths now = new Paths(fresh.paths.root(), 1);
        assertThat(fresh.has(now.outbox(LEASE))).isTrue();
    }

    @Test
    void whoeverStartedBeforeIsToldToStartAgain() throws IOException {
        Generation server = new Generation(fresh.twin, fresh.paths);
        server.follow();
        fresh.twin.settle();
        assertThat(server.fault()).isEmpty();

        fresh.restore(old.backup());
        fresh.twin.settle();

        assertThat(server.fault()).hasValueSatisfying(why -> assertThat(why).contains("start this server again"));
        Generation started = new Generation(
                fresh.twin,
                new Paths(
                        fresh.paths.root(),
                        Generation.read(settled(), fresh.paths).generation()));
        started.follow();
        fresh.twin.settle();
        assertThat(started.fault()).isEmpty();
    }

    /** The store, which answers at once. */
    private Coordination settled() {
        return new Cut(fresh.twin, Integer.MAX_VALUE) {
            @Override
            public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
                CompletionStage<List<Found>> found = super.read(lane, queries);
                fresh.twin.settle();
                return found;
            }
        };
    }

    @Test
    void aClusterWithALeaseIsLeftAlone() throws IOException {
        byte[] archive = old.backup();
        fresh.commit(lease(fresh, LEASE));

        assertRefused(ErrorCode.NOT_EMPTY, archive);
    }

    @Test
    void aClusterWithARecordIsLeftAlone() throws IOException {
        byte[] archive = old.backup();
        fresh.commit(new Operation.Create(
                fresh.paths.outbox(LEASE) + "/" + LEASE + "-END", new byte[0], Operation.Mode.PERSISTENT));

        assertRefused(ErrorCode.NOT_EMPTY, archive);
    }

    @Test
    void aClusterInWhichANativeClientStandsIsLeftAlone() throws IOException {
        byte[] archive = old.backup();
        fresh.commit(
                new Operation.Create("/tenure/locks/x", new byte[0], Operation.Mode.CONTAINER),
                new Operation.Create("/tenure/locks/x/_c_1-lock-0000000000", new byte[0], Operation.Mode.EPHEMERAL));

        assertRefused(ErrorCode.NOT_EMPTY, archive);
    }

    @Test
    void anotherLogInTheDatabaseIsLeftAlone() throws IOException {
        record(old, 5, "one");
        byte[] archive = old.backup();
        record(fresh, 5, "another");

        assertRefused(ErrorCode.NOT_EMPTY, archive);
    }

    @Test
    void aLogWithMoreThanTheBackupHasInBetweenIsAnother() throws IOException {
        record(old, 5, "one");
        record(old, 9, "two");
        byte[] archive = old.backup();
        record(fresh, 5, "one");
        record(fresh, 7, "between");
        record(fresh, 9, "two");

        assertRefused(ErrorCode.NOT_EMPTY, archive);
    }

    @Test
    void theSameLogIsCompleted() throws IOException {
        record(old, 5, "one");
        record(old, 9, "two");
        byte[] archive = old.backup();
        record(fresh, 5, "one");

        assertThat(fresh.restore(archive).records()).isEqualTo(2);

        assertThat(new LogCopy(Jdbi.create(fresh.pool), fresh.migrations)
                        .state()
                        .number())
                .isEqualTo(2);
    }

    private static void record(Cluster cluster, long position, String name) {
        LogCopy log = new LogCopy(Jdbi.create(cluster.pool), cluster.migrations);
        byte[] body = ("{\"format\":1,\"action\":\"PERMITS_CHANGED\",\"lease\":\"" + LEASE
                        + "\",\"ttlMillis\":0,\"version\":0,\"holds\":[{\"kind\":\"semaphore\",\"name\":\"bulk\"}],"
                        + "\"server\":\"s\"}")
                .getBytes(UTF_8);
        log.append(0, List.of(new LogRecord(position, name, 1, body)), null);
    }

    @Test
    void aDamagedArchiveChangesNothing() throws IOException {
        old.commit(lease(old, LEASE));
        byte[] archive = old.backup();
        archive[archive.length / 2] ^= 1;

        assertRefused(ErrorCode.BACKUP_REFUSED, archive);
    }

    @Test
    void aLeaseOfALaterFormatIsRefusedBeforeAnythingIsWritten() throws IOException {
        old.commit(new Operation.Create(
                old.paths.lease(LEASE), "{\"format\":2}".getBytes(UTF_8), Operation.Mode.PERSISTENT));

        assertRefused(ErrorCode.BACKUP_REFUSED, old.backup());
    }

    @Test
    void whereverItIsCutOffNothingCanBeGrantedUntilItIsRepeated() throws IOException {
        old.commit(lease(old, LEASE));
        byte[] archive = old.backup();
        int writes = 0;
        boolean complete = false;
        while (!complete) {
            Cluster cluster = new Cluster();
            cluster.port = new Cut(cluster.twin, writes++);
            try {
                cluster.restore(archive);
                complete = true;
            } catch (Refusal away) {
                assertThat(away.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            }
            boolean begun = cluster.has(cluster.paths.restored());
            assertThat(cluster.has(cluster.paths.restoring())).isEqualTo(begun && !complete);
            assertThat(cluster.has(cluster.paths.outbox(LEASE))).isEqualTo(!begun);
            assertThat(cluster.has(new Paths("/tenure", 1).outbox(LEASE))).isEqualTo(complete);
            if (!complete) {
                cluster.port = cluster.twin;
                assertThat(cluster.restore(archive).leases()).isEqualTo(1);
                assertThat(cluster.has(cluster.paths.restoring())).isFalse();
                assertThat(cluster.has(cluster.paths.lease(LEASE))).isTrue();
            }
            cluster.pool.dispose();
        }
        assertThat(writes).isGreaterThan(3);
    }

    @Test
    void whoWasThoughtDeadWritesNothingMore() throws IOException {
        old.commit(lease(old, LEASE));
        byte[] archive = old.backup();
        // the second restore begins when the first has closed the cluster
        fresh.port = new Cut(fresh.twin, Integer.MAX_VALUE) {
            private boolean meanwhile;

            @Override
            public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
                if (!meanwhile && fresh.has(fresh.paths.restoring())) {
                    meanwhile = true;
                    fresh.port = fresh.twin;
                    assertThat(fresh.restore(archive).leases()).isEqualTo(1);
                }
                return super.commit(lane, operations, pace);
            }
        };

        assertThatThrownBy(() -> fresh.restore(archive))
                .hasMessageContaining("somebody else writes: /tenure/sys/restoring is");
        assertThat(fresh.has(fresh.paths.lease(LEASE))).isTrue();
    }

    @Test
    void oneAtATime() {
        Backups backups = old.backups();
        Backups.Begun first = backups.backup();

        assertThatThrownBy(backups::backup)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BUSY));

        first.close();
        backups.backup().close();
    }

    /** A store that answers no write behind the first few. */
    private static class Cut implements Coordination {
        private final TwinCoordination twin;
        private int left;

        Cut(TwinCoordination twin, int writes) {
            this.twin = twin;
            this.left = writes;
        }

        @Override
        public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
            return left-- > 0
                    ? twin.commit(lane, operations, pace)
                    : CompletableFuture.completedFuture(new Outcome.Unavailable(false));
        }

        @Override
        public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
            return twin.read(lane, queries);
        }

        @Override
        public CompletionStage<Void> sync(String lane) {
            return twin.sync(lane).thenApply(done -> null);
        }

        @Override
        public Registration watch(String lane, String path, Watcher watcher) {
            return twin.watch(lane, path, watcher);
        }

        @Override
        public boolean connected(String lane) {
            return twin.connected(lane);
        }
    }
}
