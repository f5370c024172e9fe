package io.tenure.app;

import io.tenure.coordination.ElectedRole;
import io.tenure.coordination.LiveServer;
import io.tenure.coordination.PeerState;
import io.tenure.coordination.PeerState.Role;
import io.tenure.coordination.zookeeper.Membership;
import io.tenure.http.Cluster;
import io.tenure.http.Health;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other servers and the peers of the store, as this server sees them: from memory, which is brought up to date in the
 * background. Safe for use by many threads.
 */
final class Fellows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fellows.class);
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final Store store;
    private final ElectedRole role;
    private final Threads threads;
    private volatile @Nullable Membership membership;
    private volatile boolean closed;

    Fellows(Store store, ElectedRole role, Threads threads) {
        this.store = store;
        this.role = role;
        this.threads = threads;
    }

    /** Begins to ask the peers of the store, again and again. */
    void follow() {
        threads.execute(this::look);
    }

    private void look() {
        List<PeerState> before = store.peers();
        store.look();
        List<PeerState> now = store.peers();
        for (int i = 0; i < now.size(); i++) {
            if (before.get(i).role() != Role.UNKNOWN
                    && before.get(i).role() != now.get(i).role()) {
                LOG.info(
                        "ZooKeeper peer {} is {}, was {}",
                        now.get(i).named(),
                        now.get(i).role(),
                        before.get(i).role());
            }
        }
        if (!closed) {
            threads.after(BETWEEN, this::look);
        }
    }

    /** Announces this server to the others. */
    void announce(LiveServer own, Closing closing) {
        membership = closing.with(store.announce(own));
    }

    /** All servers that are alive; none before this one is announced. */
    private List<LiveServer> servers() {
        Membership announced = membership;
        return announced == null ? List.of() : announced.servers();
    }

    /** The coordinator, if it lives. */
    private Optional<ElectedRole.Holder> coordinator() {
        return role.coordinator()
                .filter(holder ->
                        servers().stream().anyMatch(server -> server.id().equals(holder.server())));
    }

    /** What is wrong when nobody has the role. */
    Optional<String> coordinatorFault() {
        return coordinator().isPresent()
                ? Optional.empty()
                : Optional.of("no server is coordinator: leases do not expire, and the outbox grows");
    }

    /** Which peers of the store are away. */
    Optional<String> peersFault() {
        List<PeerState> away =
                store.peers().stream().filter(peer -> peer.role().away()).toList();
        return away.isEmpty()
                ? Optional.empty()
                : Optional.of(away.stream()
                        .map(peer -> "ZooKeeper peer " + peer.named() + " is " + peer.role())
                        .collect(Collectors.joining(", ")));
    }

    @Override
    public void close() {
        closed = true;
    }

    /** All of it, for people. */
    Cluster shown(Health health, Cluster.Outbox outbox) {
        return new Cluster(
                health.level(),
                health.reasons(),
                servers().stream()
                        .map(server ->
                                new Cluster.Server(server.id(), server.address(), server.version(), server.since()))
                        .toList(),
                coordinator()
                        .map(holder -> new Cluster.Coordinator(holder.server(), holder.epoch()))
                        .orElse(null),
                store.peers().stream()
                        .map(peer -> new Cluster.Peer(
                                peer.id(), peer.address(), peer.role().name()))
                        .toList(),
                outbox);
    }
}
