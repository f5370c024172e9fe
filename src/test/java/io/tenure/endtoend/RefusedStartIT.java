package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.ServerCluster;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.ServerProgram.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot start says why in one line, and ends with status 1. */
class RefusedStartIT {
    @TempDir
    private Path folder;

    @Test
    void aTakenPortOfTheApiIsNamed() throws IOException {
        try (ServerSocket taken = taken()) {
            Ports free = Ports.free();
            Ports ports = new Ports(taken.getLocalPort(), free.admin(), free.zooKeeper());

            assertRefused(
                    ServerProgram.in(folder, ports),
                    "server.applicationConnectors[0].port",
                    String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aTakenPortOfTheMetricsIsNamed() throws IOException {
        try (ServerSocket taken = taken()) {
            Ports free = Ports.free();
            Ports ports = new Ports(free.http(), taken.getLocalPort(), free.zooKeeper());

            assertRefused(
                    ServerProgram.in(folder, ports),
                    "server.adminConnectors[0].port",
                    String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aTakenPortOfZooKeeperIsNamed() throws IOException {
        try (ServerSocket taken = taken()) {
            Ports free = Ports.free();
            Ports ports = new Ports(free.http(), free.admin(), taken.getLocalPort());

            assertRefused(ServerProgram.in(folder, ports), "zookeeper.port", String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aDataFolderThatIsAFileIsNamed() throws IOException {
        ServerProgram server = ServerProgram.in(folder);
        Files.writeString(server.data(), "not a folder");

        assertRefused(server, server.data().toString(), "zookeeper.dataDir");
    }

    @Test
    void aSecondServerOnTheSameDataIsRefusedAndTheFirstServesOn() throws IOException {
        try (ServerProgram first = ServerProgram.in(Files.createDirectory(folder.resolve("first")))
                        .start()
                        .awaitReady();
                ServerProgram second = ServerProgram.in(Files.createDirectory(folder.resolve("second")))) {
            assertRefused(
                    second.with("TENURE_DATA", first.data().toString()),
                    first.data().toString(),
                    "in use by another process");
            assertThat(first.api().get("/health/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void dataThatANewerVersionWroteIsLeftAlone() throws IOException {
        ServerProgram server = ServerProgram.in(folder);
        Path store = Files.createDirectories(server.data().resolve("zookeeper"));
        Files.writeString(store.resolve("format"), "{\"format\":7,\"minReader\":6}");

        assertRefused(server, store.resolve("format").toString(), "format 6", "newer version");
        assertThat(names(store)).doesNotContain("data");
        assertThat(names(server.data())).containsExactly("zookeeper");
    }

    private ServerCluster cluster() {
        return ServerCluster.in(folder, "jdbc:postgresql://127.0.0.1:1/none", ServerCluster.Site.HERE)
                .configured("logging.level", "WARN");
    }

    @Test
    void aTakenPortOfAPeerIsNamed() throws IOException {
        ServerCluster cluster = cluster();
        int port = cluster.peer(2).election();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    cluster.server(2), "port " + taken.getLocalPort(), "127.0.0.1", "zookeeper.servers.2.election");
        }
    }

    @Test
    void theDataOfAnotherPeerOrOfAServerThatWasAloneIsLeftAlone() throws IOException {
        ServerCluster cluster = cluster();
        Path zooKeeper = cluster.server(1).data().resolve("zookeeper");
        Path data = Files.createDirectories(zooKeeper.resolve("data"));
        Files.writeString(data.resolve("myid"), "3");
        assertRefused(cluster.server(1), zooKeeper.toString(), "zookeeper.id 3", "zookeeper.id 1");

        Files.delete(data.resolve("myid"));
        Files.createDirectory(data.resolve("version-2"));
        assertRefused(cluster.server(1), zooKeeper.toString(), "zookeeper.mode embedded", "zookeeper.id 1");
        assertThat(names(data)).containsExactly("version-2");

        ServerProgram alone = ServerProgram.in(folder);
        Path kept = alone.data().resolve("zookeeper");
        Path peers = Files.createDirectories(kept.resolve("data"));
        Files.writeString(peers.resolve("myid"), "2");
        assertRefused(alone, kept.toString(), "zookeeper.id 2", "zookeeper.mode embedded");
    }

    @Test
    void aServerWhosePeersAreAwayWaitsAndSaysForWhom() {
        ServerCluster cluster = cluster().configured("logging.level", "INFO");
        try (ServerProgram first = cluster.server(1).start()) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> first.errors().stream()
                                    .filter(line -> line.contains("waits for a majority of the ZooKeeper peers"))
                                    .count()
                            >= 2);
            assertThat(first.errors())
                    .anyMatch(line -> line.contains("1 at 127.0.0.1:"
                            + cluster.peer(1).client() + " ELECTING, 2 at 127.0.0.1:"
                            + cluster.peer(2).client() + " UNREACHABLE"));
            first.terminate();
            assertThat(first.exitStatus(Duration.ofSeconds(10))).isEqualTo(143);
        }
    }

    @Test
    void anAddressThatOthersReachNeedsSecurity() {
        assertRefused(
                ServerProgram.in(folder).with("TENURE_HOST", "0.0.0.0"),
                "server.applicationConnectors[0].bindHost",
                "0.0.0.0");
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void assertRefused(ServerProgram server, String... parts) {
        try (server) {
            int status = server.start().exitStatus(Duration.ofSeconds(60));
            List<String> lines =
                    server.errors().stream().filter(line -> !line.isBlank()).toList();

            assertThat(lines).hasSize(1);
            assertThat(lines.get(0)).contains(parts);
            assertThat(status).isEqualTo(1);
        }
    }
}
