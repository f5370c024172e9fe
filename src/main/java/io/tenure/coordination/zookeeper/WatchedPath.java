package io.tenure.coordination.zookeeper;

import io.tenure.coordination.Watcher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.WatchedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One path that a lane watches, and those who are told. Changed under the lock of {@link Watches}; told on the lane's thread.
 */
final class WatchedPath {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedPath.class);

    private final String path;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Tap tap;

    WatchedPath(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    Listener add(Watcher watcher) {
        Listener listener = new Listener(watcher);
        listeners.add(listener);
        return listener;
    }

    boolean remove(Listener listener) {
        listener.closed = true;
        return listeners.remove(listener);
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    List<Listener> listeners() {
        return List.copyOf(listeners);
    }

    /** What ZooKeeper calls: the same object for the same session, for else it would call twice. */
    Tap tap(Session session) {
        Tap known = tap;
        if (known == null || known.session != session) {
            known = new Tap(session);
            tap = known;
        }
        return known;
    }

    /** Passes on the events of one session; those of an older one are not told, for they could overtake what is known since. */
    final class Tap implements org.apache.zookeeper.Watcher {
        private final Session session;

        private Tap(Session session) {
            this.session = session;
        }

        @Override
        public void process(WatchedEvent event) {
            Watcher.Change change = switch (event.getType()) {
                case NodeCreated -> Watcher.Change.CREATED;
                case NodeDataChanged -> Watcher.Change.CHANGED;
                case NodeDeleted -> Watcher.Change.DELETED;
                case None, NodeChildrenChanged, DataWatchRemoved, ChildWatchRemoved, PersistentWatchRemoved -> null;
            };
            if (change == null || !session.enterEvent()) {
                return;
            }
            try {
                listeners.forEach(listener -> listener.changed(change, event.getPath()));
            } finally {
                session.leave();
            }
        }
    }

    /** One who watches. Told nothing of changes before it has been told that the watch stands. */
    static final class Listener {
        private final Watcher watcher;
        private volatile boolean closed;
        /** Belongs to the lane's thread. */
        private boolean standing;

        private Listener(Watcher watcher) {
            this.watcher = watcher;
        }

        void standing() {
            interrupted();
            standing = true;
            tell(watcher::standing);
        }

        void changed(Watcher.Change change, String path) {
            if (standing) {
                tell(() -> watcher.changed(change, path));
            }
        }

        void interrupted() {
            if (standing) {
                standing = false;
                tell(watcher::interrupted);
            }
        }

        /** One watcher's fault must not keep the event from the next, nor end the event thread. */
        private void tell(Runnable call) {
            if (closed) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException fault) {
                LOG.error("a watcher failed; its view may be out of step", fault);
            }
        }
    }
}
