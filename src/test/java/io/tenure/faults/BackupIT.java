package io.tenure.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.audit.PostgresDatabase;
import io.tenure.cli.Tenure;
import io.tenure.faults.Ledger.Grant;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerCluster;
import io.tenure.testing.ServerProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup under load, everything lost, and a restore: with the commands that an operator has. */
class BackupIT {
    private static final String TAKE = "{'ttl':'10m','wait':'100ms','queue':true,'owner':'etl'}";

    @TempDir
    Path folder;

    /** What a command said. */
    private record Said(int status, String out, String err) {}

    private static Said tenure(ServerProgram server, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!arguments[0].startsWith("verify")) {
            all.add("--url=http://127.0.0.1:" + server.ports().http());
        }
        int status =
                Tenure.run("1.2.3", new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
        return new Said(status, out.toString(), err.toString());
    }

    @Test
    void afterARestoreEverythingGoesOnWhereItStood() throws IOException {
        Ledger ledger = new Ledger();
        Path file = folder.resolve("tenure.backup");
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady()) {
            Api api = server.api();
            List<String> line = line(api);
            api.put("/v1/semaphores/bulk", "{'permits':5}");
            Reply permits = api.post("/v1/semaphores/bulk", "{'ttl':'10m','count':2,'owner':'bulk'}");
            Reply leader = api.post("/v1/elections/reports/candidates", "{'ttl':'10m','id':'worker-7','value':'here'}");
            Reply reader = api.post("/v1/rwlocks/ledger", "{'ttl':'10m','mode':'read','owner':'report'}");
            List<Grant> before;
            try (Load load = Load.begin(server.ports().http(), "load", ledger)) {
                await().atMost(Duration.ofSeconds(60)).until(() -> ledger.grants() >= 300);
                before = ledger.kept();
                Said backup = tenure(server, "backup", file.toString());
                assertThat(backup.status()).as(backup.err()).isZero();
                assertThat(backup.out()).contains("is whole");
                assertThat(load.refusals()).isEmpty();
            }
            assertThat(tenure(server, "backup", file.toString()).err()).contains("--force");
            assertThat(folder.resolve("tenure.backup.part")).doesNotExist();
            assertThat(Files.getPosixFilePermissions(file)).containsOnly(OWNER_READ, OWNER_WRITE);
            assertThat(tenure(server, "restore", file.toString()).err()).contains("the cluster is not empty");
            lose(server);

            server.start().awaitReady();
            refusesWhatIsDamaged(server, file);
            assertThat(tenure(server, "verify-backup", file.toString()).status())
                    .isZero();
            Said restore = tenure(server, "restore", file.toString());
            assertThat(restore.status()).as(restore.err()).isZero();
            System.out.print(restore.out());
            servesNobody(api);
            server.terminate();
            server.exitStatus(Duration.ofSeconds(30));
            server.start().awaitReady();

            long highest = ledger.highest();
            goesOn(api, before);
            for (Reply held : List.of(permits, leader, reader)) {
                assertThat(api.post("/v1/leases/" + held.text("/lease") + "/renew", null)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(api.get("/v1/semaphores/bulk").number("/permits")).isEqualTo(5);
            assertThat(api.get("/v1/elections/reports").text("/leader/value")).isEqualTo("here");
            servesInOrder(api, line, highest);
            isAuditedOnce(api, ledger);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClusterIsRestoredIntoADatabaseThatIsEmptyOrHasLived(boolean databaseLost) throws IOException {
        Path file = folder.resolve("tenure.backup");
        try (ServerCluster cluster = ServerCluster.in(folder)) {
            cluster.start().awaitWhole();
            Api api = cluster.server(1).api();
            Reply kept = taken(api, "kept");
            Reply released = taken(api, "released");
            Said backup = tenure(cluster.server(2), "backup", file.toString());
            assertThat(backup.status()).as(backup.err()).isZero();
            taken(api, "too-late");
            assertThat(api.delete("/v1/leases/" + released.text("/lease")).status())
                    .isEqualTo(200);
            int events = AuditEvent.all(api).size();
            assertThat(events).isGreaterThanOrEqualTo(4);

            for (int number : cluster.numbers()) {
                lose(cluster.server(number));
            }
            if (databaseLost) {
                String empty = new PostgresDatabase().url();
                cluster.numbers().forEach(number -> cluster.server(number).with("TENURE_DB_URL", empty));
            }
            cluster.start().awaitWhole();
            Said restore = tenure(cluster.server(3), "restore", file.toString());
            assertThat(restore.status()).as(restore.err()).isZero();
            System.out.print(restore.out());
            cluster.numbers()
                    .forEach(number -> servesNobody(cluster.server(number).api()));

            if (databaseLost) {
                restartedTogether(cluster);
            } else {
                restartedOneByOne(cluster);
            }
            Reply held = api.get("/v1/locks/kept/holds/" + kept.text("/lease"));
            assertThat(held.text("/state")).isEqualTo("HELD");
            assertThat(held.number("/fencingToken")).isEqualTo(kept.number("/fencingToken"));
            assertThat(api.get("/v1/locks/released").body().path("holders")).hasSize(databaseLost ? 1 : 0);
            assertThat(taken(api, "too-late").number("/fencingToken")).isGreaterThan(1L << 45);
            List<AuditEvent> log = AuditEvent.all(api);
            assertThat(log).extracting(AuditEvent::number).isSorted().doesNotHaveDuplicates();
            assertThat(log.stream()
                            .filter(event -> "too-late".equals(event.name()))
                            .map(AuditEvent::action))
                    .isEqualTo(databaseLost ? List.of("GRANTED") : List.of("GRANTED", "ENDED", "GRANTED"));
        }
    }

    private static Reply taken(Api api, String name) {
        Reply taken = api.post("/v1/locks/" + name, "{'ttl':'10m','owner':'etl'}");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(201);
        return taken;
    }

    private static void restartedTogether(ServerCluster cluster) {
        cluster.numbers().forEach(number -> cluster.server(number).terminate());
        cluster.numbers().forEach(number -> cluster.server(number).exitStatus(Duration.ofSeconds(30)));
        cluster.start().awaitWhole();
    }

    /** Each that is back can be coordinator, whoever has been left behind by the restore. */
    private static void restartedOneByOne(ServerCluster cluster) {
        for (int number : cluster.numbers()) {
            ServerProgram server = cluster.server(number);
            server.terminate();
            server.exitStatus(Duration.ofSeconds(30));
            server.start().awaitReady();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(server.api()
                                    .post("/v1/locks/restarted-" + number, "{'ttl':'10m'}")
                                    .status())
                            .isEqualTo(201));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(
                                    AuditEvent.all(server.api()).stream().map(AuditEvent::name))
                            .contains("restarted-" + number));
        }
        cluster.awaitWhole();
    }

    /** A lock with a holder and four who wait, in this order. */
    private static List<String> line(Api api) {
        List<String> line = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            line.add(Api.newLease());
            Reply taken = api.put("/v1/locks/line/holds/" + line.get(i), TAKE);
            assertThat(taken.status()).isEqualTo(i == 0 ? 201 : 202);
        }
        return line;
    }

    private static void lose(ServerProgram server) throws IOException {
        server.kill();
        List<Path> all;
        try (Stream<Path> files = Files.walk(server.data())) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    private void refusesWhatIsDamaged(ServerProgram server, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Path other = folder.resolve("other.backup");
        bytes[bytes.length / 3] ^= 4;
        Files.write(other, bytes);
        assertThat(tenure(server, "verify-backup", other.toString()).err()).contains("it is damaged");
        Said damaged = tenure(server, "restore", other.toString());
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.err()).contains("it is damaged");
        Files.write(other, "not ours".getBytes(UTF_8));
        assertThat(tenure(server, "restore", other.toString()).err()).contains("no backup of Tenure");
        assertThat(tenure(server, "restore", folder.resolve("none").toString()).err())
                .contains("no such file");
        assertThat(server.api().get("/health/ready").status()).isEqualTo(200);
    }

    private static void servesNobody(Api api) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(api.get("/health/ready").text("/reasons/0")).contains("start this server again"));
        assertThat(api.post("/v1/locks/free", "{'ttl':'10m'}").status()).isEqualTo(503);
    }

    private static void goesOn(Api api, List<Grant> before) {
        assertThat(before).hasSizeGreaterThan(10);
        for (Grant grant : before) {
            Reply held = api.get(grant.path());
            assertThat(held.status()).as("%s: %s", grant, held).isEqualTo(200);
            assertThat(held.number("/fencingToken")).isEqualTo(grant.token());
            Reply renewed = api.post("/v1/leases/" + grant.lease() + "/renew", null);
            assertThat(renewed.status()).as("%s: %s", grant, renewed).isEqualTo(200);
            assertThat(renewed.number("/validForMillis")).isBetween(590_000L, 600_000L);
            assertThat(api.get("/v1/locks/" + grant.lock() + "/tokens/" + grant.token())
                            .status())
                    .isEqualTo(200);
        }
    }

    private static void servesInOrder(Api api, List<String> line, long highest) {
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        String again = TAKE.replace("100ms", "50s");
        for (String lease : line.subList(1, line.size())) {
            waiting.add(api.later("PUT", "/v1/locks/line/holds/" + lease, again));
        }
        long last = highest;
        for (int i = 0; i + 1 < line.size(); i++) {
            assertThat(api.delete("/v1/locks/line/holds/" + line.get(i)).status())
                    .isEqualTo(200);
            Reply next = waiting.get(i).join();
            assertThat(next.text("/lease")).isEqualTo(line.get(i + 1));
            assertThat(next.text("/state")).isEqualTo("HELD");
            assertThat(next.number("/fencingToken")).isGreaterThan(Math.max(last, 1L << 45));
            last = next.number("/fencingToken");
        }
        Reply newcomer = api.put("/v1/locks/line/holds/" + Api.newLease(), TAKE);
        assertThat(newcomer.status()).isEqualTo(202);
        assertThat(newcomer.number("/position")).isEqualTo(1);
    }

    /** One story: each grant once, at most one end for each, and what the log has open is what stands. */
    private static void isAuditedOnce(Api api, Ledger ledger) {
        List<AuditEvent> events = AuditEvent.all(api);
        assertThat(events)
                .extracting(AuditEvent::number)
                .isSorted()
                .doesNotHaveDuplicates()
                .startsWith(1L);
        assertThat(events.get(events.size() - 1).number()).isEqualTo(events.size());
        Set<String> once = new HashSet<>();
        assertThat(events.stream()
                        .filter(event -> event.name() != null
                                && Set.of("GRANTED", "ENDED").contains(event.action())))
                .allMatch(event -> once.add(event.action() + event.name() + event.lease() + event.token()));
        int open = 0;
        String cursor = "";
        do {
            Reply page = api.get("/v1/audit/tenures?open=true&limit=1000" + cursor);
            for (JsonNode tenure : page.body().path("items")) {
                open++;
                assertThat(api.get("/v1/leases/" + tenure.path("lease").asText())
                                .status())
                        .as(tenure.toString())
                        .isEqualTo(200);
            }
            cursor = page.has("/next") ? "&cursor=" + page.text("/next") : "";
        } while (!cursor.isEmpty());
        assertThat(open).isGreaterThan(10);
        assertThat(api.get("/v1/audit/tenures?endedBy=RESTORED").status()).isEqualTo(200);
        assertThat(ledger.grants()).isGreaterThan(300);
    }
}
