package io.tenure.app;

import io.tenure.coordination.Bootstrap;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Generation;
import io.tenure.coordination.LiveServer;
import io.tenure.coordination.Paths;
import io.tenure.coordination.PeerState;
import io.tenure.coordination.StoreException;
import io.tenure.coordination.Timers;
import io.tenure.coordination.zookeeper.Access;
import io.tenure.coordination.zookeeper.Connection;
import io.tenure.coordination.zookeeper.EmbeddedZooKeeper;
import io.tenure.coordination.zookeeper.LatchRole;
import io.tenure.coordination.zookeeper.Membership;
import io.tenure.coordination.zookeeper.PeerRoles;
import io.tenure.coordination.zookeeper.ZooKeeperCoordination;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Floor 0 of one server: the ZooKeeper inside, the sessions, the nodes that all else stands below, and the elected role. */
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofSeconds(3);
    private static final int MOST_TRIES = 5;

    private final ZooKeeperSection section;
    private final @Nullable EmbeddedZooKeeper inside;
    private final PeerRoles peers;
    private final Connection connection;
    private final ZooKeeperCoordination coordination;

    /** All of them are known once {@link #prepare} is through. */
    private Paths paths;

    private long tokenBase;
    private Generation generation;

    private Store(
            ZooKeeperSection section,
            @Nullable EmbeddedZooKeeper inside,
            PeerRoles peers,
            UnaryOperator<String> link,
            Timers timers,
            Closing closing) {
        this.section = section;
        this.inside = inside;
        this.peers = peers;
        this.paths = new Paths(section.root());
        String own = inside == null ? null : link.apply(inside.connectString());
        this.connection = new Connection(
                own != null && section.alone() ? own : link.apply(section.everywhere()),
                section.alone() ? null : own,
                section.sessionTimeout().toJavaDuration(),
                section.sessions(),
                section.access());
        this.coordination = closing.with(ZooKeeperCoordination.open(connection, timers));
        this.generation = new Generation(coordination, paths);
    }

    /**
     * Starts all of it, and blocks until it serves; where there are several servers, for as long as ZooKeeper takes. What it opens is
     * handed to {@code closing}.
     *
     * @param link makes of ZooKeeper's address the one that the sessions go to
     * @param found run as soon as the data is known to be this server's to use, before the rest
     */
    static Store open(
            ZooKeeperSection section, UnaryOperator<String> link, Timers timers, Runnable found, Closing closing) {
        section.doubts().forEach(LOG::warn);
        try {
            Store store = switch (section.mode()) {
                case ZooKeeperSection.EXTERNAL -> external(section, link, timers, found, closing);
                case ZooKeeperSection.ENSEMBLE -> peer(section, link, timers, found, closing);
                default -> alone(section, link, timers, found, closing);
            };
            store.prepare(closing);
            return store;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartFault.of("interrupted while waiting for ZooKeeper");
        }
    }

    private static Store alone(
            ZooKeeperSection section, UnaryOperator<String> link, Timers timers, Runnable found, Closing closing) {
        EmbeddedZooKeeper inside =
                closing.with(EmbeddedZooKeeper.start(Path.of(section.dataDir()), section.port(), found));
        return new Store(section, inside, PeerRoles.of(inside.connectString(), Access.OPEN), link, timers, closing);
    }

    private static Store peer(
            ZooKeeperSection section, UnaryOperator<String> link, Timers timers, Runnable found, Closing closing)
            throws InterruptedException {
        EmbeddedZooKeeper inside =
                closing.with(EmbeddedZooKeeper.join(Path.of(section.dataDir()), section.ensemble(), found));
        PeerRoles peers = PeerRoles.of(section.ensemble());
        awaitServing(inside, peers);
        return new Store(section, inside, peers, link, timers, closing);
    }

    private static Store external(
            ZooKeeperSection section, UnaryOperator<String> link, Timers timers, Runnable found, Closing closing) {
        found.run();
        return new Store(section, null, PeerRoles.of(section.everywhere(), section.access()), link, timers, closing);
    }

    /** There is no end to this wait: the other servers may be started next, or tomorrow. */
    private static void awaitServing(EmbeddedZooKeeper inside, PeerRoles peers) throws InterruptedException {
        while (!inside.awaitServing(BETWEEN)) {
            peers.look();
            LOG.info(
                    "waits for a majority of the ZooKeeper peers, which are {}",
                    peers.states().stream()
                            .map(peer -> peer.named() + " " + peer.role())
                            .collect(Collectors.joining(", ")));
        }
    }

    /**
     * Connects, and makes the nodes that all else stands below; again when the connection or the leader went meanwhile. One that is
     * alone gives up at last: nobody else is to be waited for.
     */
    private void prepare(Closing closing) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            awaitConnected();
            try {
                Generation.Start start = Generation.read(coordination, paths);
                paths = new Paths(section.root(), start.generation());
                tokenBase = start.tokenBase();
                Bootstrap.prepare(coordination, paths);
                generation = new Generation(coordination, paths);
                closing.with(generation.follow());
                return;
            } catch (StoreException.Away away) {
                if (section.alone() && tries == MOST_TRIES) {
                    throw away;
                }
                LOG.info("ZooKeeper went away during the start: {}", away.getMessage());
            }
        }
    }

    private void awaitConnected() throws InterruptedException {
        if (section.alone() && !coordination.awaitConnected(FIRST_CONTACT)) {
            throw StartFault.of("ZooKeeper did not answer within " + FIRST_CONTACT.toSeconds() + " s");
        }
        while (!coordination.awaitConnected(BETWEEN)) {
            LOG.info("waits for ZooKeeper at {}", connection.connectString());
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

    /** Whether the cluster is restored, or was since this server started. */
    Generation generation() {
        return generation;
    }

    /** What every fencing token is counted from; a restore raises it. */
    long tokenBase() {
        return tokenBase;
    }

    /** Stands for the role of coordinator, once it has duties. */
    LatchRole role(String serverId) {
        return new LatchRole(connection, coordination, paths, serverId, section.alone());
    }

    /** Runs the task once if the ZooKeeper inside ends by itself: nothing works without it from then on. */
    void whenEnded(Runnable task) {
        if (inside != null) {
            inside.whenEnded(task);
        }
    }

    /** Where native clients connect. */
    String address() {
        return inside == null ? section.everywhere() : inside.connectString();
    }

    /** Announces this server to the others, until it is closed. */
    Membership announce(LiveServer own) {
        if (section.alone()) {
            Membership.clear(coordination, paths);
        }
        return Membership.announce(connection, paths, own);
    }

    /** Asks the servers that the store consists of how they are. Blocks for some seconds at most. */
    void look() {
        peers.look();
    }

    /** The servers that the store consists of, as they were last seen. */
    List<PeerState> peers() {
        return peers.states();
    }

    /** What is wrong with the connections. */
    Optional<String> fault() {
        return coordination.connected() ? Optional.empty() : Optional.of("ZooKeeper cannot be reached");
    }
}
