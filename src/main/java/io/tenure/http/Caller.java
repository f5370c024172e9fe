package io.tenure.http;

import io.tenure.audit.Actor;
import io.tenure.queue.Presence;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, and whether it is still there: what a resource asks for as {@code @Context Caller caller}.
 *
 * <p>One per request. Safe for use by many threads until the request is answered.
 */
public final class Caller {
    /** The request attribute that the first filter puts it in. */
    static final String ATTRIBUTE = Caller.class.getName();

    private final ServletContextRequest request;
    private final Peers peers;
    private final Executor executor;
    private final Actor actor;
    private @Nullable Delivery delivery;
    private @Nullable RequestPresence presence;

    Caller(HttpServletRequest request, Peers peers, Executor executor, String requestId) {
        this.request = ServletContextRequest.getServletContextRequest(request);
        this.peers = peers;
        this.executor = executor;
        this.actor = new Actor(request.getRemoteAddr(), null, requestId);
    }

    /** The client's address and the request's id, as the audit log records them. */
    public Actor actor() {
        return actor;
    }

    /**
     * Tells whether the client is still there. Watching costs a system call or two and begins with the first call of this method, so
     * call it only when the request really waits. A client that has closed its sending half counts as gone.
     */
    public synchronized Presence presence() {
        RequestPresence standing = presence;
        if (standing == null) {
            standing = new RequestPresence();
            presence = standing;
            watch(standing);
        }
        return standing;
    }

    /**
     * Runs the task soon after the answer if it could not be written, or if the client waited and had closed its connection before it
     * was: one that closes it with the answer in hand has it. No call means that the answer was handed to the network, not that it
     * arrived. To be called before the request is answered.
     */
    public synchronized void whenUndelivered(Runnable task) {
        delivery().tell(new Delivery.Listener() {
            private volatile boolean nobodyThere;

            @Override
            public void begins() {
                nobodyThere = gone();
            }

            @Override
            public void over(boolean written) {
                if (!written || nobodyThere) {
                    executor.execute(task);
                }
            }
        });
    }

    private synchronized boolean gone() {
        SocketChannel channel = channel();
        return presence != null && (!presence.here() || (channel != null && peers.hasGone(channel)));
    }

    private void watch(RequestPresence standing) {
        SocketChannel channel = channel();
        if (channel != null) {
            delivery().tell(peers.watch(channel, standing));
        }
    }

    private @Nullable SocketChannel channel() {
        Object transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        return transport instanceof SocketChannel channel ? channel : null;
    }

    private Delivery delivery() {
        if (delivery == null) {
            request.addHttpStreamWrapper(stream -> delivery = new Delivery(stream));
        }
        return Objects.requireNonNull(delivery);
    }
}
