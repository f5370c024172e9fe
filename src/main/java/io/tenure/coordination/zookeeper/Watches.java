package io.tenure.coordination.zookeeper;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Watcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches of one lane: at most one at the server for each path, shared by all that watch it here.
 *
 * <p>Requests to add and to remove watches are sent under this object's lock, so that the server sees them in the order in which
 * the table changed. Watchers are never called under it. Safe for use by many threads.
 */
final class Watches {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    @GuardedBy("this")
    private final Map<String, WatchedPath> paths = new HashMap<>();

    @GuardedBy("this")
    private @Nullable Session session;

    /** Watches a path; it stands as soon as there is a connection. */
    synchronized Registration add(String path, Watcher watcher) {
        WatchedPath watched = paths.computeIfAbsent(path, WatchedPath::new);
        WatchedPath.Listener listener = watched.add(watcher);
        ask(watched, List.of(listener));
        return () -> remove(watched, listener);
    }

    private synchronized void remove(WatchedPath watched, WatchedPath.Listener listener) {
        if (!watched.remove(listener) || !watched.isEmpty()) {
            return;
        }
        paths.remove(watched.path());
        Session asked = session;
        ZooKeeper handle = asked == null ? null : asked.enter();
        if (asked != null && handle != null) {
            // By watcher instead of by path, ZooKeeper 3.9 would forget it in the client only.
            handle.removeAllWatches(
                    watched.path(),
                    org.apache.zookeeper.Watcher.WatcherType.Any,
                    false,
                    (rc, path, context) -> asked.leave(),
                    null);
        }
    }

    /** Opens the session and sets all watches anew. What is asked from now on is asked once, by itself. */
    synchronized void stand(Session opened) {
        if (opened.isOpen()) {
            return;
        }
        session = opened;
        opened.open();
        paths.values().forEach(watched -> ask(watched, watched.listeners()));
    }

    /** Tells all that the connection is away. On the lane's thread. */
    void interrupted() {
        List<WatchedPath> all;
        synchronized (this) {
            all = List.copyOf(paths.values());
        }
        all.forEach(watched -> watched.listeners().forEach(WatchedPath.Listener::interrupted));
    }

    @GuardedBy("this")
    private void ask(WatchedPath watched, List<WatchedPath.Listener> listeners) {
        Session asked = session;
        ZooKeeper handle = asked == null ? null : asked.enter();
        if (asked == null || handle == null) {
            return;
        }
        handle.addWatch(
                watched.path(),
                watched.tap(asked),
                AddWatchMode.PERSISTENT_RECURSIVE,
                (rc, path, context) -> {
                    try {
                        stood(Code.get(rc), path, listeners);
                    } finally {
                        asked.leave();
                    }
                },
                null);
    }

    private static void stood(@Nullable Code code, String path, List<WatchedPath.Listener> listeners) {
        if (code == Code.OK) {
            listeners.forEach(WatchedPath.Listener::standing);
        } else if (code != Code.CONNECTIONLOSS && code != Code.SESSIONEXPIRED) {
            LOG.warn(
                    "ZooKeeper refuses to watch {}: {}. What changes there goes unseen until it reconnects",
                    path,
                    code);
        }
    }
}
