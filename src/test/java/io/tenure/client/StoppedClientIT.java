package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Running;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that holds, is stopped for longer than its lease lives, and goes on. */
class StoppedClientIT {
    @Test
    void whoIsStoppedBeyondItsTtlDoesNotHoldAtItsFirstLook(@TempDir Path data) throws Exception {
        try (Running server = Running.start(data)) {
            String url = "http://127.0.0.1:" + server.port();
            Process holder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            HoldingProgram.class.getName(),
                            url,
                            "stopped",
                            "1")
                    .redirectErrorStream(true)
                    .start();
            try (TenureClient tenure = TenureClient.connect(url);
                    BufferedReader says = holder.inputReader()) {
                assertThat(says.readLine()).startsWith("holds ");
                signal(holder, "STOP");
                Hold next = tenure.lock("stopped")
                        .tryAcquire(Duration.ofSeconds(30))
                        .orElseThrow();
                await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
                signal(holder, "CONT");

                List<String> said = new ArrayList<>();
                for (String line = says.readLine(); line != null; line = says.readLine()) {
                    said.add(line);
                }
                assertThat(said).contains("woke false", "lost EXPIRED");
                assertThat(next.isHeld()).isTrue();
                next.close();
            } finally {
                holder.destroyForcibly();
            }
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }
}
