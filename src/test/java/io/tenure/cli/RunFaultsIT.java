package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tenure run} when the server dies or the network is cut. */
class RunFaultsIT {
    /** How often the network is cut; {@code -Druns=50} for the figure in the documents. */
    private static final int RUNS = Integer.getInteger("runs", 5);

    @Test
    void theCommandRunsOnWhenTheServerIsBackInTime(@TempDir Path folder) throws IOException {
        Path enough = folder.resolve("enough");
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady();
                CommandLineProgram run = CommandLineProgram.start(
                        folder,
                        server.ports().http(),
                        "run",
                        "--lock",
                        "restart",
                        "--ttl",
                        "40s",
                        "--",
                        "sh",
                        "-c",
                        "while [ ! -e '" + enough + "' ]; do sleep 0.1; done; exit 3")) {
            await().until(() -> server.api().get("/v1/locks/restart").has("/holders/0"));
            String lease = server.api().get("/v1/locks/restart").text("/holders/0/lease");
            server.kill();
            server.start().awaitReady();
            assertThat(server.api().get("/v1/locks/restart").text("/holders/0/lease"))
                    .isEqualTo(lease);
            Files.createFile(enough);
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.err()).isEmpty();
            assertThat(server.api().get("/v1/leases/" + lease).status()).isEqualTo(410);
        }
    }

    @Test
    void theCommandIsDeadBeforeAnotherIsGrantedWhenTheNetworkIsCut(@TempDir Path folder) throws IOException {
        List<Long> margins = new ArrayList<>();
        try (Running server = Running.start(folder.resolve("data"))) {
            for (int i = 0; i < RUNS; i++) {
                margins.add(margin(server, "cut-" + i, folder));
            }
        }
        Collections.sort(margins);
        System.out.printf(
                "tenure run cut off %d times: the command's last sign of life came %d ms before the next grant at the median, at least %d%n",
                RUNS, margins.get(RUNS / 2), margins.get(0));
        assertThat(margins.get(0)).isPositive();
    }

    /** Milliseconds between the last that was seen of a command that ignores TERM and the grant to who waits. */
    private static long margin(Running server, String lock, Path folder) throws IOException {
        Path beats = Files.createFile(folder.resolve(lock));
        String command = "trap '' TERM; while :; do touch " + beats + "; sleep 0.01; done";
        try (TcpProxy link = new TcpProxy(server.port());
                CommandLineProgram run = CommandLineProgram.start(
                        folder, link.port(), "run", "--lock", lock, "--ttl", "2s", "--", "sh", "-c", command)) {
            await().until(() -> lastSeen(beats).isAfter(Instant.now().minusMillis(500))
                    && server.api().get("/v1/locks/" + lock).has("/holders/0"));
            CompletableFuture<Reply> next = server.api()
                    .later("PUT", "/v1/locks/" + lock + "/holds/" + Api.newLease(), "{'ttl':'2s','wait':'25s'}");
            link.cut();
            assertThat(next.join().status()).isEqualTo(201);
            Instant granted = Instant.now();
            assertThat(run.status()).isEqualTo(70);
            return granted.toEpochMilli() - lastSeen(beats).toEpochMilli();
        }
    }

    private static Instant lastSeen(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
