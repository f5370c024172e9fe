package io.tenure.coordination.zookeeper;

import io.tenure.coordination.Commits;
import io.tenure.coordination.Coordination.Pace;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session after the other, as Curator makes them, and the watches that outlive each.
 *
 * <p>Curator keeps the connection and replaces an expired session; the lane follows the events of each handle first-hand, on the
 * handle's own event thread, because Curator's listeners run on another one and would come out of order with answers and events.
 * Safe for use by many threads.
 */
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final String name;
    private final List<ACL> rights;
    private final CuratorFramework curator;
    private final Watches watches = new Watches();
    private final Commits commits;
    private volatile @Nullable Session current;

    // The rest belongs to the thread that looks for silence.
    private @Nullable Session heard;
    private int endedBefore;
    private int silentLooks;

    Lane(Connection connection, String name, Timers timers) {
        this.name = name;
        this.commits = new Commits(this::send, timers);
        this.rights = connection.access().rights();
        this.curator = connection.forLane(name, this::follow);
    }

    void start() {
        curator.start();
    }

    /** The session to send one request with, or null when there is no connection; {@link Session#leave} ends the request. */
    @Nullable
    Session enter() {
        Session session = current;
        return session != null && session.enter() != null ? session : null;
    }

    /** The same, for a request that is to come behind every list that was given to {@link #commit}; others need not be waited for. */
    @Nullable
    Session enterBehind() {
        commits.flush();
        return enter();
    }

    /** Carries out a list of operations, perhaps together with others. */
    CompletionStage<Outcome> commit(List<Operation> operations, Pace pace) {
        return commits.commit(operations, pace);
    }

    private CompletionStage<Outcome> send(List<Operation> operations) {
        Session session = enter();
        if (session == null) {
            return CompletableFuture.completedFuture(new Outcome.Unavailable(false));
        }
        List<Op> ops = Translation.ops(operations, rights);
        return Request.send(
                session,
                (handle, request) -> handle.multi(
                        ops,
                        (rc, path, context, results) -> request.answer(() -> Translation.outcome(rc, results)),
                        null));
    }

    String name() {
        return name;
    }

    /** Looks whether something is under way and nothing has ended since the look before; how often in turn that was so. */
    int silentLooks() {
        Session session = current;
        boolean silent = session != null
                && session == heard
                && session.connected()
                && session.isBusy()
                && session.ended() == endedBefore;
        heard = session;
        endedBefore = session == null ? 0 : session.ended();
        silentLooks = silent ? silentLooks + 1 : 0;
        return silentLooks;
    }

    /** Ends the connection; another is made for the same session. */
    void hangUp() {
        silentLooks = 0;
        Session session = current;
        if (session != null) {
            session.hangUp();
        }
    }

    boolean connected() {
        Session session = current;
        return session != null && session.connected();
    }

    Registration watch(String path, Watcher watcher) {
        return watches.add(path, watcher);
    }

    @Override
    public void close() {
        Session session = current;
        if (session != null) {
            session.shut();
        }
        curator.close();
    }

    private synchronized ZooKeeper follow(org.apache.zookeeper.Watcher curators, Connection.HandleFactory handles)
            throws Exception {
        Session before = current;
        if (before != null) {
            before.retire();
        }
        Session session = new Session(before, this::begin);
        current = session;
        return session.make(handles, event -> {
            process(session, event);
            curators.process(event);
        });
    }

    private void process(Session session, WatchedEvent event) {
        if (event.getType() != org.apache.zookeeper.Watcher.Event.EventType.None || session.retired()) {
            return;
        }
        switch (event.getState()) {
            case SyncConnected -> {
                LOG.info("session {} connected", name);
                session.synced();
                begin();
            }
            case Disconnected, Expired, AuthFailed, Closed -> {
                LOG.info("session {}: {}", name, event.getState());
                session.shut();
                watches.interrupted();
            }
            case ConnectedReadOnly, SaslAuthenticated, Unknown, NoSyncConnected -> {}
        }
    }

    /** Opens the current session once it is connected and the one before it is done. */
    private void begin() {
        Session session = current;
        if (session != null && session.mayBegin()) {
            watches.stand(session);
        }
    }
}
