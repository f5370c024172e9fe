package io.tenure.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Bootstrap;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.zookeeper.Connection;
import io.tenure.coordination.zookeeper.EmbeddedZooKeeper;
import io.tenure.coordination.zookeeper.LatchRole;
import io.tenure.coordination.zookeeper.ZooKeeperCoordination;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Floor 0 of one server: the embedded ZooKeeper, the sessions with it, the nodes that all else stands below, and the elected role. */
final class Store {
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(30);
    private static final String LANE = "start";

    private final EmbeddedZooKeeper zooKeeper;
    private final Connection connection;
    private final ZooKeeperCoordination coordination;
    private final Paths paths;

    private Store(EmbeddedZooKeeper zooKeeper, Connection connection, ZooKeeperCoordination coordination, Paths paths) {
        this.zooKeeper = zooKeeper;
        this.connection = connection;
        this.coordination = coordination;
        this.paths = paths;
    }

    /**
     * Starts all of it, and blocks until it serves. What it opens is handed to {@code closing}.
     *
     * @param link makes of ZooKeeper's address the one that the sessions go to
     * @param found run as soon as the data is known to be this server's to use, before the rest
     */
    static Store open(ZooKeeperSection section, UnaryOperator<String> link, Runnable found, Closing closing) {
        EmbeddedZooKeeper zooKeeper =
                closing.with(EmbeddedZooKeeper.start(Path.of(section.dataDir()), section.port(), found));
        Connection connection = new Connection(
                link.apply(zooKeeper.connectString()), section.sessionTimeout().toJavaDuration(), section.sessions());
        ZooKeeperCoordination coordination = closing.with(ZooKeeperCoordination.open(connection));
        awaitConnected(coordination);
        Paths paths = new Paths(section.root());
        Bootstrap.prepare(coordination, paths);
        return new Store(zooKeeper, connection, coordination, paths);
    }

    private static void awaitConnected(ZooKeeperCoordination coordination) {
        try {
            if (!coordination.awaitConnected(FIRST_CONTACT)) {
                throw StartFault.of("ZooKeeper did not answer within " + FIRST_CONTACT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartFault.of("interrupted while waiting for ZooKeeper");
        }
    }

    /** The port to the store. */
    Coordination coordination() {
        return coordination;
    }

    /** Where the nodes stand. */
    Paths paths() {
        return paths;
    }

    /** What every fencing token is counted from; a restore raises it. */
    long tokenBase() {
        List<Found> found = coordination
                .read(LANE, List.of(new Query.Data(paths.tokenBase())))
                .toCompletableFuture()
                .join();
        return found.get(0) instanceof Found.Node node ? Long.parseLong(new String(node.data(), UTF_8)) : 0;
    }

    /** Stands for the role of coordinator, once it has duties. */
    LatchRole role(String serverId) {
        return new LatchRole(connection, coordination, paths, serverId, true);
    }

    /** Runs the task once if the embedded ZooKeeper ends by itself: nothing works without it from then on. */
    void whenEnded(Runnable task) {
        zooKeeper.whenEnded(task);
    }

    /** Where native clients connect. */
    String address() {
        return zooKeeper.connectString();
    }

    /** What is wrong with the connections. */
    Optional<String> fault() {
        return coordination.connected() ? Optional.empty() : Optional.of("ZooKeeper cannot be reached");
    }
}
