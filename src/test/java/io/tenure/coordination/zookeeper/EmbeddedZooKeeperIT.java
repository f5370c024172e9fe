package io.tenure.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.app.Threads;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server inside the process: what it keeps, and what it says when it cannot start. */
class EmbeddedZooKeeperIT {
    @TempDir
    private Path folder;

    private static <T> T with(int port, Function<ZooKeeperCoordination, T> use) {
        Connection connection = new Connection("127.0.0.1:" + port, Duration.ofSeconds(10), 1);
        try (Threads threads = new Threads();
                ZooKeeperCoordination coordination = ZooKeeperCoordination.open(connection, threads)) {
            assertThat(coordination.awaitConnected(Duration.ofSeconds(10))).isTrue();
            return use.apply(coordination);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    static void write(int port, String path) {
        Operation create = new Operation.Create(path, new byte[0], Operation.Mode.PERSISTENT);
        Outcome outcome = with(
                port,
                store ->
                        store.commit("x", List.of(create)).toCompletableFuture().join());
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    private static boolean there(int port, String path) {
        return with(
                port,
                store -> store.read("x", List.of(new Query.Data(path)))
                                .toCompletableFuture()
                                .join()
                                .get(0)
                        instanceof Found.Node);
    }

    @Test
    void keepsItsStateOverARestartOnTheSamePort() {
        int port;
        try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(folder, 0)) {
            port = first.port();
            write(port, "/x");
        }
        try (EmbeddedZooKeeper second = EmbeddedZooKeeper.start(folder, port)) {
            assertThat(second.port()).isEqualTo(port);
            assertThat(there(port, "/x")).isTrue();
        }
    }

    @Test
    void keepsItsStateWhenTheProcessIsKilled() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Killed.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader()) {
            while (!"written".equals(output.readLine())) {
                assertThat(process.isAlive()).isTrue();
            }
            assertThatThrownBy(() -> EmbeddedZooKeeper.start(folder, 0))
                    .hasMessageContaining("in use by another process");
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (EmbeddedZooKeeper next = EmbeddedZooKeeper.start(folder, 0)) {
            assertThat(there(next.port(), "/x")).isTrue();
        }
    }

    /** A process that writes, says so, and stays until it is killed. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) throws IOException {
            EmbeddedZooKeeper server = EmbeddedZooKeeper.start(Path.of(arguments[0]), 0);
            write(server.port(), "/x");
            System.out.println("written");
            int end = System.in.read();
            assertThat(end).isNegative();
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(folder, other.getLocalPort(), "port " + other.getLocalPort(), "zookeeper.port");
        }
        // The failed start has given the folder free.
        EmbeddedZooKeeper.start(folder, 0).close();
    }

    @Test
    void saysWhichFolderCannotBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertRefused(file, 0, file.toString(), "cannot be written", "zookeeper.dataDir");
        assertRefused(file.resolve("below"), 0, file.toString(), "cannot be written");
    }

    @Test
    void refusesDataOfANewerVersion() throws Exception {
        Files.writeString(folder.resolve("format"), "{\"format\":3,\"minReader\":2}");
        assertRefused(folder, 0, folder.resolve("format").toString(), "format 2", "newer version");
    }

    @Test
    void acceptsDataThatANewerVersionLeftReadable() throws Exception {
        Files.writeString(folder.resolve("format"), "{\"format\":2,\"minReader\":1}");
        EmbeddedZooKeeper.start(folder, 0).close();
    }

    @Test
    void refusesAFolderThatSaysNothingOfItsFormat() throws Exception {
        Files.writeString(folder.resolve("format"), "something else");
        assertRefused(folder, 0, folder.resolve("format").toString());
    }

    @Test
    void refusesAFolderThatAnotherServerUses() {
        try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(folder, 0)) {
            assertRefused(folder, 0, folder.toString(), "in use by another process");
            write(first.port(), "/still-serves");
        }
    }

    private static void assertRefused(Path folder, int port, String... parts) {
        assertThatThrownBy(() -> EmbeddedZooKeeper.start(folder, port))
                .isInstanceOf(StoreException.class)
                .satisfies(refusal ->
                        assertThat(refusal.getMessage()).contains(parts).doesNotContain("\n"));
    }

    @Test
    void closingTwiceIsClosingOnce() {
        EmbeddedZooKeeper server = EmbeddedZooKeeper.start(folder, 0);
        server.close();
        EmbeddedZooKeeper next = EmbeddedZooKeeper.start(folder, server.port());
        server.close();
        write(next.port(), "/x");
        next.close();
    }

    @Test
    void purgingLeavesWhatARestartNeedsAndNoMore() throws Exception {
        for (int i = 0; i < 6; i++) {
            try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(folder, 0)) {
                write(server.port(), "/x" + i);
            }
        }
        Path data = folder.resolve("data");
        assertThat(count(data, "snapshot")).isGreaterThan(3);
        assertThat(Purge.removeOld(data)).isPositive();
        assertThat(count(data, "snapshot")).isEqualTo(3);
        assertThat(count(data, "log")).isLessThanOrEqualTo(4);
        assertThat(Purge.removeOld(data)).isZero();
        assertThat(count(folder.resolve("run"), "zookeeper")).isZero();
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(folder, 0)) {
            assertThat(there(server.port(), "/x0")).isTrue();
            assertThat(there(server.port(), "/x5")).isTrue();
        }
    }

    private static long count(Path below, String prefix) {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
