package io.tenure.coordination.zookeeper;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
    private final Runnable drained;
    private final @Nullable Session before;
    private volatile boolean open;
    private volatile boolean retired;

    @GuardedBy("this")
    private @Nullable ZooKeeper handle;

    /**
     * @param before the session that this one follows
     * @param drained run when a retired session has nothing under way any more; on any thread
     */
    Session(@Nullable Session before, Runnable drained) {
        this.before = before;
        this.drained = drained;
    }

    /** Makes the handle; whoever asks for it on the event thread waits until it is known here. */
    synchronized ZooKeeper make(Connection.HandleFactory handles, org.apache.zookeeper.Watcher watcher)
            throws Exception {
        handle = handles.make(watcher);
        return handle;
    }

    synchronized ZooKeeper handle() {
        if (handle == null) {
            throw new IllegalStateException("a session without a handle");
        }
        return handle;
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
        // A retired session lets nobody in, so whoever retires it either sees zero here or is told.
        if (busy.decrementAndGet() == 0 && retired) {
            drained.run();
        }
    }

    void open() {
        open = true;
    }

    void shut() {
        open = false;
    }

    void retire() {
        retired = true;
    }

    boolean retired() {
        return retired;
    }

    /** Whether the session before this one has nothing under way any more. */
    boolean mayBegin() {
        return before == null || before.busy.get() == 0;
    }
}
