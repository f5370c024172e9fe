package io.tenure.coordination.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.app.Threads;
import io.tenure.coordination.Bootstrap;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.StoreException;
import io.tenure.name.LeaseId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The nodes that everything else stands below. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BootstrapIT {
    private EmbeddedZooKeeper zookeeper;
    private static final Threads TIMERS = new Threads();
    private ZooKeeperCoordination store;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        zookeeper = EmbeddedZooKeeper.start(folder, 0);
        store = ZooKeeperCoordination.open(
                new Connection(zookeeper.connectString(), Duration.ofSeconds(10), 1), TIMERS);
        assertThat(store.awaitConnected(Duration.ofSeconds(10))).isTrue();
    }

    @AfterAll
    void stop() {
        store.close();
        zookeeper.close();
    }

    private static Found read(Coordination store, Query query) {
        return store.read("x", List.of(query)).toCompletableFuture().join().get(0);
    }

    private String text(String path) {
        return new String(((Found.Node) read(store, new Query.Data(path))).data(), UTF_8);
    }

    @Test
    void makesAllNodesAndLeavesThemAsTheyAreTheNextTime() {
        Paths paths = new Paths("/made/below/here");
        Bootstrap.prepare(store, paths);
        LeaseId lease = new LeaseId("0f8fad5b-d9cb-469f-a165-70867728950e");
        for (String parent : List.of(paths.lease(lease), paths.outbox(lease) + "/x", paths.ended(lease))) {
            assertThat(read(store, new Query.Data(parent.substring(0, parent.lastIndexOf('/')))))
                    .isInstanceOf(Found.Node.class);
        }
        assertThat(read(store, new Query.Children(paths.leases())))
                .isInstanceOfSatisfying(
                        Found.Children.class,
                        shards -> assertThat(shards.names()).hasSize(256));
        assertThat(text(paths.tokenBase())).isEqualTo("0");
        assertThat(text(paths.format())).isEqualTo("{\"format\":1,\"minReader\":1}");

        set(paths.tokenBase(), "77");
        Bootstrap.prepare(store, paths);
        assertThat(text(paths.tokenBase())).isEqualTo("77");
    }

    @Test
    void makesWhatIsMissingOfAStoreThatWasLeftHalfMade() {
        Paths paths = new Paths("/half");
        Operation root = new Operation.Create(paths.root(), new byte[0], Operation.Mode.PERSISTENT);
        Operation sys = new Operation.Create(paths.sys(), new byte[0], Operation.Mode.PERSISTENT);
        commit(root, sys);
        Bootstrap.prepare(store, paths);
        assertThat(text(paths.tokenBase())).isEqualTo("0");
    }

    @Test
    void severalServersMayDoSoAtOnce() {
        Paths paths = new Paths("/at-once");
        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> Bootstrap.prepare(store, paths)))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        assertThat(text(paths.tokenBase())).isEqualTo("0");
    }

    @Test
    void refusesAStoreThatNeedsANewerProgram() {
        Paths paths = new Paths("/newer");
        Bootstrap.prepare(store, paths);
        set(paths.format(), "{\"format\":9,\"minReader\":1}");
        Bootstrap.prepare(store, paths);
        set(paths.format(), "{\"format\":9,\"minReader\":8}");
        assertThatThrownBy(() -> Bootstrap.prepare(store, paths))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("node /newer/sys/format")
                .hasMessageContaining("format 8");
    }

    private void set(String path, String text) {
        commit(new Operation.SetData(path, text.getBytes(UTF_8), -1));
    }

    private void commit(Operation... operations) {
        assertThat(store.commit("x", List.of(operations)).toCompletableFuture().join())
                .isInstanceOf(Outcome.Done.class);
    }
}
