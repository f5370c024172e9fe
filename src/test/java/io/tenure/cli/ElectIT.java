package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Running;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code tenure elect} against a real server: the command runs while its candidate leads, and no longer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElectIT {
    private static final String WORK = "echo \"term $TENURE_FENCING_TOKEN\"; while :; do sleep 0.1; done";

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

    private CommandLineProgram elect(String election, String id, String... rest) {
        String[] arguments = new String[6 + rest.length];
        System.arraycopy(new String[] {"elect", election, "--id", id, "--ttl", "10s"}, 0, arguments, 0, 6);
        System.arraycopy(rest, 0, arguments, 6, rest.length);
        return CommandLineProgram.start(folder, server.port(), arguments);
    }

    private void transfer(String election, String to) {
        String ask = "{'to':'" + to + "','reason':'drill'}";
        assertThat(server.api()
                        .post("/v1/elections/" + election + "/transfer", ask)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void itResignsWhenTheCommandHasEndedAndTheNextLeads() {
        try (CommandLineProgram first = elect("shifts", "a", "--", "sh", "-c", "sleep 1; exit 3");
                CommandLineProgram second = elect("shifts", "b", "--", "sh", "-c", "exit 4")) {
            assertThat(first.status()).isEqualTo(3);
            assertThat(second.status()).isEqualTo(4);
            assertThat(server.api().get("/v1/elections/shifts").has("/leader/lease"))
                    .isFalse();
        }
    }

    @Test
    void whoIsDeposedStopsItsCommandAndRunsItAgainInItsNextTerm() {
        try (CommandLineProgram first = elect("office", "a", "--", "sh", "-c", WORK)) {
            await().until(() -> first.out().startsWith("term "));
            try (CommandLineProgram second = elect("office", "b", "--", "sh", "-c", WORK)) {
                await().until(() -> server.api().get("/v1/elections/office").number("/candidateCount") == 1);
                transfer("office", "b");
                await().until(() -> second.out().startsWith("term "));
                assertThat(first.err()).contains("asked to end").contains("REVOKED");
                await().until(() -> server.api().get("/v1/elections/office").number("/candidateCount") == 1);
                transfer("office", "a");
                await().until(() -> first.out().lines().count() == 2);
                second.signal("TERM");
                assertThat(second.status()).isEqualTo(143);
            }
            first.signal("TERM");
            assertThat(first.status()).isEqualTo(143);
        }
    }

    @Test
    void onceIsOneTermAnd70WhenItIsLost() {
        try (CommandLineProgram run = elect("once", "a", "--once", "--", "sh", "-c", WORK)) {
            await().until(() -> run.out().startsWith("term "));
            String lease = server.api().get("/v1/elections/once").text("/leader/lease");
            server.api().post("/v1/leases/" + lease + "/revoke", "{'reason':'drill','by':'anna'}");
            assertThat(run.status()).isEqualTo(70);
        }
    }
}
