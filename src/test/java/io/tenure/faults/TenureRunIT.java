package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.faults.CommandUnderLock.Program;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code docs/examples} that run a command under a lock, with a whole server that is killed, and links that are cut. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenureRunIT {
    private static final Duration TTL = Duration.ofSeconds(5);
    private static final String BEATING = "while :; do echo >> beat; sleep 0.05; done";

    private ServerProgram server;
    private Api api;

    @BeforeAll
    void start(@TempDir Path data) {
        server = ServerProgram.in(data).start().awaitReady();
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void eachOutcomeHasItsExitStatus(@TempDir Path folder) throws Exception {
        assertThat(api.post("/v1/locks/taken", "{'ttl':'60s'}").status()).isEqualTo(201);
        List<CommandUnderLock> told = new ArrayList<>();
        List<CommandUnderLock> refused = new ArrayList<>();
        List<CommandUnderLock> without = new ArrayList<>();
        List<CommandUnderLock> revoked = new ArrayList<>();
        for (Program program : Program.values()) {
            told.add(on(folder, program, "told").run("exit 7"));
            refused.add(on(folder, program, "taken").with("--if-free").run("exit 7"));
            refused.add(on(folder, program, "taken").with("--wait", "1s").run("exit 7"));
            without.add(on(folder, program, "told")
                    .through(Running.freePort())
                    .with("--if-free")
                    .run("exit 7"));
            revoked.add(on(folder, program, "revoked-" + program).run(BEATING));
        }
        for (CommandUnderLock command : revoked) {
            String lease = holder(command.lock());
            api.post("/v1/leases/" + lease + "/revoke", "{'reason':'a test','immediately':true}");
        }

        assertThat(told).allSatisfy(command -> assertThat(command.status()).isEqualTo(7));
        assertThat(refused).allSatisfy(command -> assertThat(command.status()).isEqualTo(75));
        assertThat(without).allSatisfy(command -> assertThat(command.status()).isEqualTo(69));
        assertThat(revoked).allSatisfy(command -> assertThat(command.status()).isEqualTo(70));
        assertThat(api.get("/v1/locks/told").body().at("/holders")).isEmpty();
    }

    @Test
    void aSignalReachesTheCommandAndTheLockIsFreeAfterwards(@TempDir Path folder) throws Exception {
        for (Program program : Program.values()) {
            CommandUnderLock command = on(folder, program, "signalled")
                    .run("trap 'exit 9' TERM; echo > beat; while :; do sleep 0.1; done");
            command.awaitBeat();
            command.terminate();

            assertThat(command.status()).isEqualTo(9);
            assertThat(api.get("/v1/locks/signalled").body().at("/holders")).isEmpty();
        }
    }

    @Test
    void twoAtOnceExcludeEachOther(@TempDir Path folder) throws Exception {
        List<CommandUnderLock> commands = new ArrayList<>();
        for (int run = 1; run <= 10; run++) {
            Path room = folder.resolve("room-" + run);
            for (Program program : Program.values()) {
                commands.add(on(folder, program, "room-" + run)
                        .with("--ttl", "30s")
                        .run("mkdir '" + room + "' || exit 1; " + until(folder) + "; rmdir '" + room + "'"));
            }
        }
        for (CommandUnderLock command : commands) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> api.get("/v1/locks/" + command.lock()).number("/queueLength") == 1);
        }
        Files.createFile(folder.resolve("enough"));

        assertThat(commands).allSatisfy(command -> assertThat(command.status()).isZero());
    }

    @Test
    void aServerThatIsKilledAndComesBackInTimeStopsNothing(@TempDir Path folder) throws Exception {
        List<CommandUnderLock> commands = new ArrayList<>();
        for (Program program : Program.values()) {
            commands.add(on(folder, program, "restart-" + program)
                    .with("--ttl", "90s")
                    .run(until(folder) + "; exit 3"));
        }
        for (CommandUnderLock command : commands) {
            command.awaitBeat();
        }
        server.kill();
        server.start().awaitReady();
        Files.createFile(folder.resolve("enough"));

        assertThat(commands).allSatisfy(command -> {
            assertThat(command.status()).isEqualTo(3);
            assertThat(ends(command)).isEqualTo("RELEASED");
        });
    }

    @Test
    void aNetworkThatIsAwayForLessThanTheTtlStopsNothing(@TempDir Path folder) throws Exception {
        try (TcpProxy link = new TcpProxy(server.ports().http())) {
            List<CommandUnderLock> commands = new ArrayList<>();
            for (Program program : Program.values()) {
                commands.add(on(folder, program, "brief-" + program)
                        .with("--ttl", "9s")
                        .through(link.port())
                        .run(until(folder) + "; exit 3"));
            }
            for (CommandUnderLock command : commands) {
                command.awaitBeat();
            }
            link.cut();
            Instant back = Instant.now().plusMillis(3500); // a renewal was due meanwhile
            await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(back));
            link.heal();
            for (CommandUnderLock command : commands) {
                String lease = holder(command.lock());
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> Instant.parse(
                                        api.get("/v1/leases/" + lease).text("/renewedAt"))
                                .isAfter(back));
            }
            Files.createFile(folder.resolve("enough"));

            assertThat(commands).allSatisfy(command -> {
                assertThat(command.status()).isEqualTo(3);
                assertThat(ends(command)).isEqualTo("RELEASED");
            });
        }
    }

    @Test
    void aCommandIsStoppedBeforeAnotherGetsItsLockWhenTheNetworkIsAway(@TempDir Path folder) throws Exception {
        try (TcpProxy cut = new TcpProxy(server.ports().http());
                TcpProxy silent = new TcpProxy(server.ports().http())) {
            List<CommandUnderLock> commands = new ArrayList<>();
            for (Program program : Program.values()) {
                commands.add(on(folder, program, "cut-" + program)
                        .through(cut.port())
                        .run(BEATING));
                commands.add(on(folder, program, "silent-" + program)
                        .through(silent.port())
                        .run("trap '' TERM; " + BEATING));
            }
            for (CommandUnderLock command : commands) {
                command.awaitBeat();
            }
            cut.cut();
            silent.stall(TcpProxy.Way.TO_CLIENT);
            silent.stall(TcpProxy.Way.TO_SERVER);
            Instant away = Instant.now();
            List<CompletableFuture<Reply>> next = commands.stream()
                    .map(command -> api.later("POST", "/v1/locks/" + command.lock(), "{'ttl':'60s','wait':'30s'}"))
                    .toList();

            for (int i = 0; i < commands.size(); i++) {
                CommandUnderLock command = commands.get(i);
                Reply granted = next.get(i).join();
                assertThat(granted.status()).as("%s", granted).isEqualTo(201);
                assertThat(command.status()).isEqualTo(70);
                Duration worked = Duration.between(away, command.lastBeat());
                Duration margin = Duration.between(command.lastBeat(), Instant.parse(granted.text("/grantedAt")));
                System.out.println(command.lock() + ": worked for " + worked.toMillis()
                        + " ms without the network, and was stopped " + margin.toMillis()
                        + " ms before the next grant");
                assertThat(worked).isBetween(TTL.dividedBy(3), TTL);
                assertThat(margin).isPositive();
            }
        }
    }

    private CommandUnderLock on(Path folder, Program program, String lock) throws IOException {
        return new CommandUnderLock(Files.createTempDirectory(folder, lock), program, lock)
                .with("--ttl", TTL.toSeconds() + "s")
                .through(server.ports().http());
    }

    /** A command that goes on until there is a file {@code enough}. */
    private static String until(Path folder) {
        return "echo > beat; while ! [ -e '" + folder.resolve("enough") + "' ]; do sleep 0.1; done";
    }

    private String ends(CommandUnderLock command) {
        return api.get("/v1/audit/tenures?name=" + command.lock()).text("/items/0/endedBy");
    }

    private String holder(String lock) {
        return await().atMost(Duration.ofSeconds(20))
                .until(() -> api.get("/v1/locks/" + lock).text("/holders/0/lease"), lease -> !lease.isEmpty());
    }
}
