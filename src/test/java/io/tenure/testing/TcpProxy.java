package io.tenure.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A link that can be broken: listens on a free port of loopback and passes bytes on to another port of loopback.
 *
 * <p>It begins whole. What is stalled is kept and passed on after {@link #heal}, unless the link is cut before. Safe for use by many
 * threads; two daemon threads and two more for each connection and direction.
 */
public final class TcpProxy implements AutoCloseable {
    /** Which way bytes go. */
    public enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    private final ServerSocket listener;
    private final int target;

    @GuardedBy("this")
    private final Set<Socket> sockets = new HashSet<>();

    @GuardedBy("this")
    private final Set<Way> stalled = EnumSet.noneOf(Way.class);

    @GuardedBy("this")
    private final Map<Way, Long> delays = new EnumMap<>(Way.class);

    @GuardedBy("this")
    private boolean cut;

    /** Opens a link to this port. */
    public TcpProxy(int target) {
        this(InetAddress.getLoopbackAddress(), target);
    }

    /** Opens a link from this address of ours to this port of loopback. */
    public TcpProxy(InetAddress from, int target) {
        this.target = target;
        try {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(from, 0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        start("accept", this::accept);
    }

    /** The address to connect to. */
    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    /** The port to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** What a ZooKeeper client connects to. */
    public String connectString() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port();
    }

    /** Ends all connections, and every new one at once. */
    public synchronized void cut() {
        cut = true;
        endAll();
        notifyAll();
    }

    /** Passes nothing on this way, without ending a connection: what a network does that swallows packets. */
    public synchronized void stall(Way way) {
        stalled.add(way);
    }

    /** Passes everything on this way later by so much, in its order. */
    public synchronized void delay(Way way, Duration time) {
        delays.put(way, time.toNanos());
    }

    /** Makes the link whole: nothing is cut, stalled or delayed; what was stalled goes on. */
    public synchronized void heal() {
        cut = false;
        stalled.clear();
        delays.clear();
        notifyAll();
    }

    @Override
    public void close() {
        cut();
        closeQuietly(listener);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                join(listener.accept());
            } catch (IOException closed) {
                // The listener is closed, which ends the loop, or the target refuses, which ends this connection only.
            }
        }
    }

    private void join(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException refused) {
            client.close();
            throw refused;
        }
        synchronized (this) {
            if (cut) {
                client.close();
                server.close();
                return;
            }
            sockets.add(client);
            sockets.add(server);
        }
        new Pump(this, Way.TO_SERVER, client, server).start();
        new Pump(this, Way.TO_CLIENT, server, client).start();
    }

    /** Blocks while this way is stalled, and until the delay has passed since the bytes came. */
    synchronized void hold(Way way, long cameAt) throws InterruptedException {
        while (!cut) {
            long left = cameAt + delays.getOrDefault(way, 0L) - System.nanoTime();
            if (stalled.contains(way)) {
                wait();
            } else if (left > 0) {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } else {
                return;
            }
        }
    }

    synchronized void end(Socket one, Socket other) {
        sockets.remove(one);
        sockets.remove(other);
        closeQuietly(one);
        closeQuietly(other);
    }

    @GuardedBy("this")
    private void endAll() {
        sockets.forEach(TcpProxy::closeQuietly);
        sockets.clear();
    }

    static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception failure) {
            // It is of no use any more either way.
        }
    }
}
