package io.tenure.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.app.Threads;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.CoordinationContract;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Watcher;
import io.tenure.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The port over a real ZooKeeper, each server behind a link that can be cut. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZooKeeperCoordinationIT extends CoordinationContract {
    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final Threads TIMERS = new Threads();

    static {
        System.setProperty("zookeeper.4lw.commands.whitelist", "wchp");
        // Empty directories go within a test, and seldom where one looks away for a moment.
        System.setProperty("znode.container.checkIntervalMs", "2000");
    }

    private record Linked(TcpProxy link, ZooKeeperCoordination coordination) {}

    private final Map<String, Linked> servers = new HashMap<>();
    private EmbeddedZooKeeper zookeeper;
    private final List<String> forbidden = new ArrayList<>();
    private ZooKeeper admin;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        zookeeper = EmbeddedZooKeeper.start(folder, 0);
        admin = new ZooKeeper(zookeeper.connectString(), 10_000, event -> {});
    }

    @AfterAll
    void stop() throws Exception {
        admin.close();
        zookeeper.close();
    }

    @BeforeEach
    void makeStore() throws Exception {
        if (admin.exists(TOP, false) != null) {
            for (String forbidden : forbidden) {
                admin.setACL(forbidden, ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
            }
            forbidden.clear();
            ZKUtil.deleteRecursive(admin, TOP);
        }
        admin.create(TOP, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    @AfterEach
    void endAll() {
        List.copyOf(servers.keySet()).forEach(this::end);
    }

    @Override
    protected Coordination server(String name) {
        return servers.computeIfAbsent(name, this::connect).coordination();
    }

    private Linked connect(String name) {
        TcpProxy link = new TcpProxy(zookeeper.port());
        ZooKeeperCoordination coordination =
                ZooKeeperCoordination.open(new Connection(link.connectString(), SESSION, 2), TIMERS);
        try {
            assertThat(coordination.awaitConnected(Duration.ofSeconds(10))).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        // one that was closed while it had no connection is there until its session ends
        Awaitility.await().until(() -> admin.exists(mark(name), false) == null);
        Operation.Create mark = new Operation.Create(mark(name), new byte[0], Operation.Mode.EPHEMERAL);
        assertThat(await(coordination.commit(LANE, List.of(mark)))).isInstanceOf(Outcome.Done.class);
        return new Linked(link, coordination);
    }

    private static String mark(String name) {
        return "/alive-" + name;
    }

    @Override
    protected void end(String name) {
        Linked linked = servers.remove(name);
        if (linked != null) {
            linked.link().heal();
            linked.coordination().close();
            linked.link().close();
        }
    }

    @Override
    protected void forbid(String path) {
        try {
            // Whoever may administer can give the right back when the test is over.
            admin.setACL(
                    path,
                    Collections.singletonList(
                            new ACL(ZooDefs.Perms.READ | ZooDefs.Perms.ADMIN, ZooDefs.Ids.ANYONE_ID_UNSAFE)),
                    -1);
            forbidden.add(path);
        } catch (KeeperException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    protected CompletionStage<Outcome> commitWithoutAnswer(String name, Operation operation) {
        Coordination coordination = server(name);
        linked(name).link().stall(TcpProxy.Way.TO_CLIENT);
        CompletionStage<Outcome> answer = coordination.commit(LANE, List.of(operation));
        until(() -> exists(operation.path()));
        linked(name).link().cut();
        return answer;
    }

    @Override
    protected void interrupt(String name) {
        Coordination coordination = server(name);
        linked(name).link().cut();
        until(() -> !coordination.connected(LANE));
    }

    @Override
    protected void expire(String name) {
        interrupt(name);
        until(() -> !exists(mark(name)));
    }

    @Override
    protected void restore(String name) {
        linked(name).link().heal();
    }

    private Linked linked(String name) {
        return Objects.requireNonNull(servers.get(name));
    }

    private boolean exists(String path) {
        try {
            return admin.exists(path, false) != null;
        } catch (KeeperException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void leavesNoWatchAtTheServerOnceTheLastIsClosed() throws Exception {
        for (int i = 0; i < 50; i++) {
            server("a").watch(LANE, "/t/x", Silent.WATCHER).close();
        }
        assertThat(commit(check(TOP, -1))).isInstanceOf(Outcome.Done.class);
        assertThat(watchesAtServer()).doesNotContain("/t/x");
    }

    private String watchesAtServer() throws Exception {
        return org.apache.zookeeper.client.FourLetterWordMain.send4LetterWord("127.0.0.1", zookeeper.port(), "wchp");
    }

    private enum Silent implements Watcher {
        WATCHER;

        @Override
        public void standing() {}

        @Override
        public void changed(Change change, String path) {}

        @Override
        public void interrupted() {}
    }
}
