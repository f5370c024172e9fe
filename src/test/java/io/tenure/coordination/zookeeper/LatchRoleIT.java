package io.tenure.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.app.Threads;
import io.tenure.coordination.Bootstrap;
import io.tenure.coordination.Duty;
import io.tenure.coordination.ElectedRole.Holder;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The role of coordinator, with several servers that stand for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LatchRoleIT {
    private static int stores;
    private static final Threads TIMERS = new Threads();

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private EmbeddedZooKeeper zookeeper;
    private Paths paths;

    /** A server with its own link; the long session makes a role that waits for its end fail the test. */
    private final class Server {
        private final TcpProxy link = new TcpProxy(zookeeper.port());
        private final Connection connection = new Connection(link.connectString(), Duration.ofSeconds(60), 1);
        private final ZooKeeperCoordination coordination = ZooKeeperCoordination.open(connection, TIMERS);
        private final LatchRole role;

        Server(String name, boolean clearLatchAtStart) {
            role = new LatchRole(connection, coordination, paths, name, clearLatchAtStart);
            role.stand(List.of(duty(name, "first"), duty(name, "second")));
            servers.add(this);
        }

        private Duty duty(String server, String duty) {
            return new Duty() {
                @Override
                public void begin(Term term) {
                    told.add(server + " begins " + duty);
                }

                @Override
                public void end() {
                    told.add(server + " ends " + duty);
                }
            };
        }

        Duty.Term elected() {
            await().atMost(Duration.ofSeconds(20)).until(() -> role.term().isPresent());
            return role.term().orElseThrow();
        }

        Outcome commit(Duty.Term term) {
            return coordination
                    .commit("any", List.of(term.fence()))
                    .toCompletableFuture()
                    .join();
        }

        void end() {
            link.heal();
            role.close();
            coordination.close();
            link.close();
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        zookeeper = EmbeddedZooKeeper.start(folder, 0);
    }

    @AfterAll
    void stop() {
        zookeeper.close();
    }

    @BeforeEach
    void makeStore() throws Exception {
        paths = new Paths("/tenure-" + stores++);
        try (ZooKeeperCoordination coordination = ZooKeeperCoordination.open(
                new Connection(zookeeper.connectString(), Duration.ofSeconds(10), 1), TIMERS)) {
            assertThat(coordination.awaitConnected(Duration.ofSeconds(10))).isTrue();
            Bootstrap.prepare(coordination, paths);
        }
        told.clear();
    }

    @AfterEach
    void endAll() {
        servers.forEach(Server::end);
        servers.clear();
    }

    @Test
    void dutiesBeginInOrderAndEndInReverseAndTheNextServerBeginsALaterTerm() {
        Server a = new Server("a", false);
        Duty.Term first = a.elected();
        Server b = new Server("b", false);
        assertThat(a.commit(first)).isInstanceOf(Outcome.Done.class);
        a.role.close();
        Duty.Term second = b.elected();
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(a.role.term()).isEmpty();
        await().until(() -> told.size() == 6);
        assertThat(told)
                .containsExactly(
                        "a begins first",
                        "a begins second",
                        "a ends second",
                        "a ends first",
                        "b begins first",
                        "b begins second");
    }

    @Test
    void aServerWhoseConnectionIsInDoubtEndsItsDutiesAtOnceAndBeginsAnewAfterwards() {
        Server a = new Server("a", false);
        Duty.Term first = a.elected();
        a.link.cut();
        await().atMost(Duration.ofSeconds(5)).until(() -> told.contains("a ends first"));
        assertThat(a.role.term()).isEmpty();
        a.link.heal();
        Duty.Term second = a.elected();
        assertThat(second.epoch()).isGreaterThan(first.epoch());
    }

    @Test
    void theFenceOfAnEarlierTermFailsOnceALaterOneHasBegun() {
        Server a = new Server("a", false);
        Duty.Term first = a.elected();
        a.role.close();
        Server b = new Server("b", false);
        Duty.Term second = b.elected();
        assertThat(a.commit(first)).isEqualTo(new Outcome.Conflict(0, Outcome.Cause.VERSION));
        assertThat(a.commit(second)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void everyServerKnowsWhoTookTheRoleLast() {
        Server a = new Server("a", false);
        Duty.Term term = a.elected();
        Server b = new Server("b", false);
        await().until(() -> b.role.coordinator().isPresent());
        assertThat(b.role.coordinator()).contains(new Holder("a", term.epoch()));
        await().until(() -> a.role.coordinator().isPresent());
        assertThat(a.role.coordinator()).contains(new Holder("a", term.epoch()));
    }

    @Test
    void whatAKilledServerLeftInTheQueueDoesNotDelayAServerThatStandsAlone() throws Exception {
        ZooKeeper killed = new ZooKeeper(zookeeper.connectString(), 60_000, event -> {});
        try {
            killed.create(paths.latch(), new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
            killed.create(
                    paths.latch() + "/_c_0f8fad5b-d9cb-469f-a165-70867728950e-latch-",
                    new byte[0],
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.EPHEMERAL_SEQUENTIAL);
            Server a = new Server("a", true);
            assertThat(a.elected().epoch()).isEqualTo(1);
        } finally {
            killed.close();
        }
    }
}
