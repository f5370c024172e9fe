package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tenure dev-cluster} as its users call it. */
class DevClusterIT {
    private static final Pattern ROW = Pattern.compile("(?m)^\\d +http://127.0.0.1:(\\d+) .* (\\d+)$");

    @TempDir
    private Path folder;

    @Test
    void threeServersComeUpServeAsOneAndEndWithTheCommand() {
        int port = freePorts();
        try (CommandLineProgram command = start(port)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> command.out().contains("Ctrl-C ends all of them.") || !command.isAlive());
            Matcher rows = ROW.matcher(command.out());
            List<Api> servers = new ArrayList<>();
            List<Long> processes = new ArrayList<>();
            while (rows.find()) {
                servers.add(new Api(Integer.parseInt(rows.group(1))));
                processes.add(Long.parseLong(rows.group(2)));
            }
            assertThat(servers).as(command.out() + command.err()).hasSize(3);

            for (int i = 0; i < servers.size(); i++) {
                String path = "/v1/locks/dev-" + i + "/holds/" + Api.newLease();
                assertThat(servers.get(i).put(path, "{'ttl':'30s'}").status()).isEqualTo(201);
                Api next = servers.get((i + 1) % servers.size());
                assertThat(next.put(path, "{'ttl':'30s'}").status()).isEqualTo(200);
            }
            assertThat(AuditEvent.all(servers.get(2))).hasSize(3);

            ProcessHandle.of(processes.get(2)).ifPresent(ProcessHandle::destroyForcibly);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> command.out().contains("server 3 has ended with status 137"));
            assertThat(servers.get(0)
                            .post("/v1/locks/two-are-enough", "{'ttl':'30s'}")
                            .status())
                    .isIn(201, 503);

            command.signal("TERM");
            assertThat(command.status()).as(command.out() + command.err()).isZero();
            for (long process : processes) {
                assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive))
                        .isEqualTo(Optional.empty());
            }
            for (int i = 0; i < 25; i++) {
                assertThat(isFree(port + i)).as("port " + (port + i)).isTrue();
            }
        }
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        int port = freePorts();
        try (ServerSocket taken = new ServerSocket(port + 12, 1, InetAddress.getLoopbackAddress());
                CommandLineProgram command = start(port)) {
            assertThat(command.status()).isEqualTo(1);
            assertThat(command.err().strip().lines())
                    .containsExactly("tenure: taken by another program: port " + taken.getLocalPort()
                            + " of this machine; give another --port");
        }
    }

    private CommandLineProgram start(int port) {
        return CommandLineProgram.start(
                folder,
                port,
                "dev-cluster",
                "--port",
                String.valueOf(port),
                "--folder",
                folder.resolve("cluster").toString());
    }

    private static int freePorts() {
        Random random = new Random();
        while (true) {
            int port = 15_000 + random.nextInt(15_000);
            if (java.util.stream.IntStream.range(port, port + 25).allMatch(DevClusterIT::isFree)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
