package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.cli.CommandLines.Outcome;
import io.tenure.testing.Api;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands against a real server: statuses, pages, JSON, events, and what a measurement leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Running server;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Outcome run(String line) {
        return CommandLines.run(
                Stream.concat(CommandLines.words(line).stream(), Stream.of("--url=http://127.0.0.1:" + server.port()))
                        .toArray(String[]::new));
    }

    private static JsonNode json(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private String hold(String lock) {
        String lease = Api.newLease();
        assertThat(server.api()
                        .put("/v1/locks/" + lock + "/holds/" + lease, "{'ttl':'60s','owner':'a'}")
                        .status())
                .isEqualTo(201);
        return lease;
    }

    @Test
    void whatIsRefusedOrNotThereIs1WithWhatTheServerSays() {
        String lease = hold("ended");
        server.api().delete("/v1/leases/" + lease);
        for (String line : List.of(
                "lock check ended 1",
                "lease show " + Api.newLease(),
                "lease renew " + lease,
                "watch lease " + lease,
                "lock revoke ended --reason x --lease " + lease,
                "lock explain ended --lease " + lease,
                "semaphore delete none",
                "election transfer none --to a --reason x")) {
            Outcome outcome = run(line);
            assertThat(outcome.status()).as(line).isEqualTo(1);
            assertThat(outcome.out()).as(line).isEmpty();
            assertThat(outcome.err().lines())
                    .as(line)
                    .singleElement()
                    .asString()
                    .matches("tenure: .{10,}");
        }
    }

    @Test
    void aValueThatTheServersDoNotTakeIs64() {
        Outcome outcome = run("lock ls --limit 0");
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).startsWith("tenure: limit: ");
    }

    @Test
    void aDurationOfManyDaysIsOneToTheServersToo() {
        assertThat(run("lock ls --min-held 30d").status()).isZero();
    }

    @Test
    void noServerIs69() {
        Outcome outcome = CommandLines.run("lock", "ls", "--url", "http://127.0.0.1:" + Running.freePort());

        assertThat(outcome.status()).isEqualTo(69);
        assertThat(outcome.err().lines()).singleElement().asString().startsWith("tenure: no server has answered");
    }

    @Test
    void aListIsFollowedToItsEndWithOneHeading() {
        List.of("page-1", "page-2", "page-3").forEach(this::hold);

        Outcome first = run("lock ls --prefix page- --limit 2");
        assertThat(first.out().lines().map(line -> CommandLines.words(line).get(0)))
                .containsExactly("NAME", "page-1", "page-2");
        assertThat(first.err()).contains("--all");

        Outcome all = run("lock ls --prefix page- --limit 2 --all");
        assertThat(all.out().lines().map(line -> CommandLines.words(line).get(0)))
                .containsExactly("NAME", "page-1", "page-2", "page-3");
        assertThat(all.err()).isEmpty();

        Outcome json = run("lock ls --prefix page- --limit 2 --all --json");
        assertThat(json.out().lines().map(line -> json(line).path("items").size()))
                .containsExactly(2, 1);
    }

    @Test
    void theAuditLogIsFollowedToItsEndFromItsOldestItemToo() {
        List.of("old-1", "old-2", "old-3").forEach(this::hold);

        Outcome outcome = run("audit events --prefix old- --limit 2 --oldest --all");

        assertThat(outcome.out().lines().skip(1)).hasSize(3);
    }

    @Test
    void aListIsFilteredAsTheApiFiltersIt() {
        hold("filtered");
        server.api().put("/v1/locks/filtered/holds/" + Api.newLease(), "{'ttl':'60s','wait':'100ms','queue':true}");
        hold("filtered-not");

        assertThat(run("lock ls --prefix filtered --min-waiters 1").out())
                .contains("filtered ")
                .doesNotContain("filtered-not");
        assertThat(run("lock ls --prefix filtered --min-held 1h").err()).contains("there is none");
        assertThat(run("audit tenures --prefix filtered --open --owner a --kind lock --kind rwlock --from 2020-01-01")
                        .out()
                        .lines())
                .hasSize(3);
        assertThat(run("audit tenures --prefix filtered --ended").err()).contains("there is none");
    }

    @Test
    void jsonIsWhatTheServerAnswers() {
        hold("raw");

        JsonNode shown = json(run("lock show raw --json").out());

        assertThat(shown.path("revision"))
                .isEqualTo(server.api().get("/v1/locks/raw").body().path("revision"));
        assertThat(shown.at("/holders/0/owner").asText()).isEqualTo("a");
    }

    @Test
    void revokingIsToldInTheAuditLogByWhomAndWhy() {
        String lease = hold("revoked");

        assertThat(run("lock revoke revoked --immediately --reason 'INC 1' --by anna --lease " + lease)
                        .out())
                .isEqualTo("lock revoked: ended\n");
        assertThat(run("audit events --name revoked --action ENDED --json").out())
                .contains("\"by\":\"anna\"")
                .contains("\"reason\":\"INC 1\"")
                .contains("\"endedBy\":\"REVOKED\"");
    }

    @Test
    void whoWatchesIsToldWhatHappens() throws Exception {
        var watching = CompletableFuture.supplyAsync(() -> run("watch lock watched --events 3"));
        await().until(() -> server.api().get("/v1/cluster").status() == 200);
        String lease = hold("watched");
        server.api().delete("/v1/leases/" + lease);
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            server.api().delete("/v1/leases/" + hold("watched"));
            return watching.isDone();
        });

        Outcome outcome = watching.get();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out().lines()).hasSize(3).first().asString().contains("  state: ");
        assertThat(outcome.out()).containsPattern("granted: held by a|ended: free");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cycle", "contended", "renew", "election", "waiters"})
    void whatIsMeasuredIsToldAndNothingIsLeft(String work) {
        Outcome outcome = run("bench " + work + " --connections 4 --seconds 1 --warm 0 --json");

        assertThat(outcome.status()).as(outcome.err()).isZero();
        JsonNode result = json(outcome.out());
        assertThat(result.path("operations").asInt()).isPositive();
        assertThat(result.path("perSecond").asDouble()).isPositive();
        assertThat(result.at("/millis/p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(result.at("/millis/max").asDouble());
        nothingIsLeft();
    }

    @Test
    void aMeasurementThatIsInterruptedLeavesNothing(@TempDir Path folder) {
        try (CommandLineProgram bench = CommandLineProgram.start(
                folder, server.port(), "bench", "contended", "--connections", "4", "--seconds", "60")) {
            await().until(() -> server.api().get("/v1/locks?prefix=bench-").number("/items/0/queueLength") > 0);
            bench.signal("TERM");
            assertThat(bench.status()).isEqualTo(143);
            assertThat(bench.out()).isEmpty();
        }
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        for (String path : List.of("/v1/locks?prefix=bench-", "/v1/elections?prefix=bench-")) {
            assertThat(server.api().get(path).body().path("items")).as(path).isEmpty();
        }
        assertThat(json(run("audit tenures --owner 'tenure bench' --open --json")
                                .out())
                        .path("items"))
                .isEmpty();
    }
}
