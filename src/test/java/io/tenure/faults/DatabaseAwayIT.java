package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.TcpProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server whose audit database, a real PostgreSQL, cannot be reached for a while. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseAwayIT {
    /** {@code -Daway=60} for the figure in the documents; a cluster is without its database for a minute in every build. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("away", 15));

    private static final Duration PROMPTLY = Duration.ofSeconds(2);

    private EmbeddedPostgres postgres;
    private TcpProxy link;

    @BeforeAll
    void start() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
        link = new TcpProxy(postgres.getPort());
    }

    @AfterAll
    void stop() throws IOException {
        link.close();
        postgres.close();
    }

    @AfterEach
    void heal() {
        link.heal();
    }

    @Test
    void locksGoOnWhileItIsAwayAndTheLogIsWholeAfterwards(@TempDir Path data) throws SQLException {
        Ledger ledger = new Ledger();
        try (Running server = server(data, "away")) {
            Api api = server.api();
            String lost = api.post("/v1/locks/lost", "{'ttl':'1s'}").text("/lease");
            cycles(api, ledger, 20);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> api.get("/v1/leases/" + lost).status() == 410);
            // A question to the log is answered when the log is up to date.
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
            awaitDrained(api);
            assertThat(renew(api, lost).text("/endedBy")).isEqualTo("EXPIRED");

            link.cut();
            long began = System.nanoTime();
            cycles(api, ledger, 20);
            Reply kept = api.post("/v1/locks/kept", "{'ttl':'60s'}");
            ledger.granted(kept);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
            awaitDegraded(api);
            await().atMost(Duration.ofSeconds(10)).until(() -> waiting(api) >= 41);
            unknownHow(api, lost);
            assertThat(renew(api, kept.text("/lease")).status()).isEqualTo(200);

            link.heal();
            awaitNormal(api);
            awaitDrained(api);
            assertThat(renew(api, lost).text("/endedBy")).isEqualTo("EXPIRED");
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
        }
    }

    @Test
    void longWorkWithoutItArrivesOnceAndInOrder(@TempDir Path data) throws SQLException {
        Ledger ledger = new Ledger();
        try (Running server = server(data, "minute")) {
            Api api = server.api();
            cycles(api, ledger, 20);
            // what waits is counted with each pass only, so a zero may be older than the last records
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> AuditEvent.all(api).size() >= 2 * ledger.grants());
            awaitDrained(api);
            link.cut();
            long cut = System.nanoTime();
            long[] before = {-1};
            await().atMost(AWAY.multipliedBy(2))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1_500))
                    .until(() -> {
                        cycles(api, ledger, 75);
                        long now = waiting(api);
                        assertThat(now).isGreaterThan(before[0]);
                        before[0] = now;
                        return System.nanoTime() - cut > AWAY.toNanos();
                    });
            awaitDegraded(api);
            long length = 2L * (ledger.grants() - 20);
            await().atMost(Duration.ofSeconds(2)).until(() -> waiting(api) == length);

            link.heal();
            long healed = System.nanoTime();
            awaitNormal(api);
            awaitDrained(api);
            Duration took = Duration.ofNanos(System.nanoTime() - healed);
            System.out.println("database away for " + AWAY.toSeconds() + " s: " + length + " records were in the log "
                    + took.toMillis() + " ms after it was back");
            assertThat(took).isLessThan(Duration.ofSeconds(15));
            List<AuditEvent> events = AuditEvent.all(api);
            ledger.assertAuditedExactlyOnce(events);
            assertThat(events)
                    .filteredOn(event -> event.action().equals("GRANTED"))
                    .extracting(AuditEvent::token)
                    .isSorted();
        }
    }

    @Test
    void aServerStartsWithoutItAndWritesEverythingOnceItIsThere(@TempDir Path data) throws SQLException {
        Ledger ledger = new Ledger();
        link.cut();
        try (Running server = server(data, "late")) {
            Api api = server.api();
            cycles(api, ledger, 20);
            awaitDegraded(api);
            link.heal();
            awaitNormal(api);
            cycles(api, ledger, 5);
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
        }
    }

    @Test
    void aFullBacklogStopsAcquisitionsButNeitherRenewalsNorReleases(@TempDir Path data) throws SQLException {
        Ledger ledger = new Ledger();
        try (Running server = server(data, "backlogged", "audit.maxBacklog", "20")) {
            Api api = server.api();
            Ledger.Grant held = ledger.granted(api.post("/v1/locks/held", "{'ttl':'60s'}"));
            awaitDrained(api);
            link.cut();
            await().atMost(Duration.ofSeconds(20)).until(() -> !cycle(api, ledger));

            Reply refused = api.post("/v1/locks/more", "{'ttl':'60s'}");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text("/code")).isEqualTo("AUDIT_BACKLOG");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isPositive();
            assertThat(renew(api, held.lease()).status()).isEqualTo(200);
            ledger.releasing(held);
            assertThat(api.delete(held.path()).status()).isEqualTo(200);
            ledger.released(held);

            link.heal();
            await().atMost(Duration.ofSeconds(20)).until(() -> cycle(api, ledger));
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
        }
    }

    /** A server on a database of its own. */
    private Running server(Path data, String database, String... overrides) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        String[] all = new String[overrides.length + 6];
        System.arraycopy(overrides, 0, all, 6, overrides.length);
        all[0] = "audit.database.driverClass";
        all[1] = "org.postgresql.Driver";
        all[2] = "audit.database.url";
        all[3] = "jdbc:postgresql://127.0.0.1:" + link.port() + "/" + database;
        all[4] = "audit.database.user";
        all[5] = "postgres";
        return Running.start(data, all);
    }

    private static void cycles(Api api, Ledger ledger, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(cycle(api, ledger)).isTrue();
        }
    }

    /** Takes a lock and gives it back; false when it is refused. */
    private static boolean cycle(Api api, Ledger ledger) {
        Reply held = api.post("/v1/locks/cycled", "{'ttl':'60s'}");
        if (held.status() != 201) {
            return false;
        }
        Ledger.Grant grant = ledger.granted(held);
        ledger.releasing(grant);
        assertThat(api.delete(grant.path()).status()).isEqualTo(200);
        ledger.released(grant);
        return true;
    }

    private static Reply renew(Api api, String lease) {
        return api.post("/v1/leases/" + lease + "/renew", null);
    }

    private static void unknownHow(Api api, String lost) {
        long began = System.nanoTime();
        Reply late = renew(api, lost);
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text("/endedBy")).isEqualTo("UNKNOWN");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPTLY);
    }

    private static void awaitDegraded(Api api) {
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            Reply ready = api.get("/health/ready");
            assertThat(ready.status()).isEqualTo(200);
            return ready.text("/level").equals("DEGRADED");
        });
        assertThat(api.get("/health/ready").text("/reasons/0")).contains("database");
    }

    private static void awaitNormal(Api api) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> api.get("/health/ready").text("/level").equals("NORMAL"));
    }

    private static long waiting(Api api) {
        return api.get("/v1/cluster").body().at("/outbox/length").asLong(-1);
    }

    private static void awaitDrained(Api api) {
        await().atMost(Duration.ofSeconds(30)).until(() -> waiting(api) == 0);
    }
}
