package io.tenure.coordination.zookeeper;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * One session of a lane: a ZooKeeper handle, whether requests may be sent with it, and how many of its requests and events are
 * under way.
 *
 * <p>The count is there for the order: each handle has an event thread of its own, and what the lane's users see must come one
 * after the other all the same. So a session begins only when nothing of the one before it is under way. Safe for use by many
 * threads.
 */
final class Session {
    private final AtomicInteger busy = new AtomicInteger();

    /** How many requests and events have ended; only whether it changes means anything. */
    private final AtomicInteger ended = new AtomicInteger();

    private final Runnable drained;
    private volatile @Nullable Session before;
    private volatile boolean synced;
    private volatile boolean open;
    private volatile boolean retired;

    /** Set under this object's lock, which is there to wait for it. */
    private volatile @Nullable ZooKeeper handle;

    /**
     * @param before the session that this one follows, retired already
     * @param drained run when a retired session has nothing under way any more; on any thread
     */
    Session(@Nullable Session before, Runnable drained) {
        // A chain of sessions that never began must not grow through a long outage.
        this.before = isDone(before) ? null : before;
        this.drained = drained;
    }

    /** Makes the handle; whoever asks for it on the event thread waits until it is known here. */
    synchronized ZooKeeper make(Connection.HandleFactory handles, org.apache.zookeeper.Watcher watcher)
            throws Exception {
        ZooKeeper made = handles.make(watcher);
        handle = made;
        return made;
    }

    ZooKeeper handle() {
        ZooKeeper known = handle;
        return known == null ? awaited() : known;
    }

    private synchronized ZooKeeper awaited() {
        ZooKeeper known = handle;
        if (known == null) {
            throw new IllegalStateException("a session without a handle");
        }
        return known;
    }

    boolean connected() {
        return open && !retired && handle().getState() == ZooKeeper.States.CONNECTED;
    }

    /** The handle to send one request with, followed by one {@link #leave}; null when there is no connection. */
    @Nullable
    ZooKeeper enter() {
        busy.incrementAndGet();
        if (connected()) {
            return handle();
        }
        leave();
        return null;
    }

    /** Begins to tell an event, followed by one {@link #leave}; false when another session has followed this one. */
    boolean enterEvent() {
        busy.incrementAndGet();
        if (!retired) {
            return true;
        }
        leave();
        return false;
    }

    void leave() {
        ended.incrementAndGet();
        // A retired session lets nobody in, so whoever retires it either sees zero here or is told.
        if (busy.decrementAndGet() == 0 && retired) {
            drained.run();
        }
    }

    boolean isBusy() {
        return busy.get() > 0;
    }

    int ended() {
        return ended.get();
    }

    /** Ends the connection, not the session: all that is under way is told that the connection is lost. */
    void hangUp() {
        ZooKeeper made = handle();
        try {
            made.getTestable().closeSocket();
        } catch (IOException gone) {
            // then there is none to end
        }
        // the sending thread sees that its socket is closed when it has something to send
        made.exists("/", false, (rc, path, context, stat) -> {}, null);
    }

    boolean isOpen() {
        return open;
    }

    void open() {
        before = null;
        open = true;
    }

    /** ZooKeeper has told that the session stands. */
    void synced() {
        synced = true;
    }

    void shut() {
        synced = false;
        open = false;
    }

    void retire() {
        retired = true;
    }

    boolean retired() {
        return retired;
    }

    /** Whether it stands, and those before it have nothing under way any more. */
    boolean mayBegin() {
        return synced && isDone(before);
    }

    private static boolean isDone(@Nullable Session session) {
        return session == null || (session.busy.get() == 0 && isDone(session.before));
    }
}
