package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code tenure run} against a real server: what the command sees, and the exit status for each outcome. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunIT {
    @TempDir
    private Path folder;

    private Running server;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private CommandLineProgram run(String... arguments) {
        return CommandLineProgram.start(folder, server.port(), arguments);
    }

    private boolean isFree(String lock) {
        Reply reply = server.api().get("/v1/locks/" + lock);
        return !reply.has("/holders/0") && reply.number("/queueLength") == 0;
    }

    @Test
    void theCommandFindsLeaseAndTokenAndItsStatusIsTheExitStatus() {
        try (CommandLineProgram run =
                run("run", "--lock", "own", "--", "sh", "-c", "echo $TENURE_LEASE $TENURE_FENCING_TOKEN; exit 7")) {
            assertThat(run.status()).isEqualTo(7);
            assertThat(run.out()).matches("[0-9a-f-]{36} \\d+\n");
            assertThat(isFree("own")).isTrue();
        }
    }

    @Test
    void whatAnotherHoldsEndsWith75AndTheCommandIsNotStarted() {
        server.api().put("/v1/locks/taken/holds/" + Api.newLease(), "{'ttl':'60s','owner':'another'}");
        try (CommandLineProgram ifFree = run("run", "--lock", "taken", "--if-free", "--", "echo", "started");
                CommandLineProgram waits = run("run", "--lock", "taken", "--wait", "1s", "--", "echo", "started")) {
            assertThat(ifFree.status()).isEqualTo(75);
            assertThat(waits.status()).isEqualTo(75);
            assertThat(ifFree.out() + waits.out()).isEmpty();
        }
    }

    @Test
    void noServerIs69() {
        try (CommandLineProgram run = CommandLineProgram.start(
                folder, Running.freePort(), "run", "--lock", "far", "--if-free", "--", "echo", "started")) {
            assertThat(run.status()).isEqualTo(69);
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void aCommandThatIsNotThereIs127AndTheLockIsGivenBack() {
        try (CommandLineProgram run = run("run", "--lock", "nothing", "--", "no-such-command")) {
            assertThat(run.status()).isEqualTo(127);
            assertThat(isFree("nothing")).isTrue();
        }
    }

    @Test
    void signalsReachTheCommand() {
        try (CommandLineProgram run = run(
                "run",
                "--lock",
                "signal",
                "--",
                "sh",
                "-c",
                "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done")) {
            await().until(() -> run.out().equals("ready\n"));
            run.signal("TERM");
            assertThat(run.status()).isEqualTo(9);
            assertThat(isFree("signal")).isTrue();
        }
    }

    @Test
    void whoIsStoppedWhileItWaitsLeavesNoPlaceBehind() {
        String holder = Api.newLease();
        server.api().put("/v1/locks/queue/holds/" + holder, "{'ttl':'60s'}");
        try (CommandLineProgram run = run("run", "--lock", "queue", "--", "echo", "started")) {
            await().until(() -> server.api().get("/v1/locks/queue").number("/queueLength") == 1
                    && run.err().contains("waits for"));
            run.signal("TERM");
            assertThat(run.status()).isEqualTo(143);
            assertThat(run.err()).contains("tenure: waits for lock queue: held by 127.0.0.1 since");
            assertThat(run.out()).isEmpty();
            assertThat(server.api().get("/v1/locks/queue").number("/queueLength"))
                    .isZero();
        }
    }

    @Test
    void aLockThatIsRevokedEndsTheCommandAndIs70() {
        try (CommandLineProgram run = run(
                "run",
                "--lock",
                "revoked",
                "--ttl",
                "2s",
                "--",
                "sh",
                "-c",
                "trap '' TERM; echo ready; while :; do sleep 0.1; done")) {
            await().until(() -> run.out().equals("ready\n"));
            String lease = server.api().get("/v1/locks/revoked").text("/holders/0/lease");
            server.api().post("/v1/leases/" + lease + "/revoke", "{'reason':'drill','by':'anna'}");
            assertThat(run.status()).isEqualTo(70);
            assertThat(run.err()).contains("REVOKED").contains("asked to end").contains("killed");
        }
    }

    @Test
    void whileTheClusterIsReadOnlyItIsWaitedForAndIs69WhenTheWaitIsOver() {
        server.api().put("/v1/cluster/read-only", "{'reason':'new disks'}");
        try (CommandLineProgram run = run("run", "--lock", "later", "--", "echo", "started");
                CommandLineProgram inVain = run("run", "--lock", "later", "--wait", "1s", "--", "echo", "started")) {
            assertThat(inVain.status()).isEqualTo(69);
            assertThat(inVain.err()).contains("read-only", "new disks");
            assertThat(inVain.out() + run.out()).isEmpty();
            server.api().delete("/v1/cluster/read-only");
            assertThat(run.status()).isZero();
            assertThat(run.out()).isEqualTo("started\n");
        } finally {
            server.api().delete("/v1/cluster/read-only");
        }
    }

    @Test
    void oneRunsAtATime() throws IOException {
        Path log = folder.resolve("one-at-a-time.txt");
        String command = "echo begin >> " + log + "; sleep 0.1; echo end >> " + log;
        List<CommandLineProgram> runs = IntStream.range(0, 6)
                .mapToObj(i -> run("run", "--lock", "one", "--", "sh", "-c", command))
                .toList();
        assertThat(runs).allMatch(run -> run.status() == 0);
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(12);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo(i % 2 == 0 ? "begin" : "end");
        }
    }
}
