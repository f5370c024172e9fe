package org.apache.zookeeper.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Listens for clients as ZooKeeper does, and lets those in the same process in without a socket.
 *
 * <p>ZooKeeper makes it by the system property that names it. Safe for use by many threads.
 */
@NullMarked
public final class InProcessConnectionFactory extends NIOServerCnxnFactory {
    /** Those that listen now, by their ports. */
    private static final Map<Integer, InProcessConnectionFactory> LISTENING = new ConcurrentHashMap<>();

    /** The one that listens on the address; null when none does. */
    static @Nullable InProcessConnectionFactory at(InetSocketAddress address) {
        InProcessConnectionFactory factory = LISTENING.get(address.getPort());
        InetAddress asked = address.getAddress();
        if (factory == null || asked == null) {
            return null;
        }
        InetAddress own = factory.getLocalAddress().getAddress();
        return own.equals(asked) || (own.isAnyLocalAddress() && asked.isLoopbackAddress()) ? factory : null;
    }

    @Override
    public void start() {
        super.start();
        LISTENING.put(getLocalPort(), this);
    }

    @Override
    public void shutdown() {
        LISTENING.values().remove(this);
        super.shutdown();
    }
}
