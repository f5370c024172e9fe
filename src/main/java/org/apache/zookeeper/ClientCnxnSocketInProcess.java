package org.apache.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.zookeeper.ClientCnxn.EndOfStreamException;
import org.apache.zookeeper.ClientCnxn.Packet;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.server.InProcessConnection;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * How a client reaches a ZooKeeper server: by method calls where the server is in this process and listens on the address that is
 * asked for, and by a socket where it is not.
 *
 * <p>The calls carry what the socket would, byte for byte and in the same order, so a session, its watches and its end are what they
 * are elsewhere; what is spared are four changes of threads for a request, and the system calls between them ({@code docs/adr/0013}). A request
 * is handed over by the thread that asks, an answer by the server's, which leaves it to the client's event thread.
 *
 * <p>It stands in ZooKeeper's package, for what it extends is not open to others. The client names it by its configuration.
 */
@NullMarked
public final class ClientCnxnSocketInProcess extends ClientCnxnSocketNIO implements InProcessConnection.Client {
    /** Held while requests are handed over: one after the other, in the order of the queue. */
    private final ReentrantLock sending = new ReentrantLock();

    /** Held while an answer is taken. Taken after {@link #sending}, or alone. */
    private final Object receiving = new Object();

    /** Guards {@link #woken}. */
    private final ReentrantLock sleeping = new ReentrantLock();

    private final Condition wake = sleeping.newCondition();
    private boolean woken;

    /** The server's end; null where there is none, or a socket. Changed by the sending thread, under both locks. */
    private volatile @Nullable InProcessConnection connection;

    /** Whether the request for a session stands first in the queue. Changed by the sending thread. */
    private volatile boolean primed;

    /** Where the connection leads to; stays when it has ended. */
    private volatile @Nullable InetSocketAddress remote;

    private volatile @Nullable Asked asked;

    /** What was handed over and is not answered, by the client that it is of; nobody tells before the first turn of the sending thread. */
    private record Asked(Queue<Packet> pending, ClientCnxn client) {
        void add(Packet packet) {
            packet.requestHeader.setXid(client.getXid());
            synchronized (pending) {
                pending.add(packet);
            }
        }
    }

    ClientCnxnSocketInProcess(ZKClientConfig config) throws IOException {
        super(config);
    }

    @Override
    boolean isConnected() {
        return connection != null || super.isConnected();
    }

    @Override
    void connect(InetSocketAddress address) throws IOException {
        InProcessConnection opened = InProcessConnection.open(address, this);
        if (opened == null) {
            super.connect(address);
            return;
        }
        initialized = false;
        remote = address;
        connection = opened;
        updateNow();
        updateLastSendAndHeard();
        sendThread.primeConnection();
    }

    @Override
    void connectionPrimed() {
        if (connection == null) {
            super.connectionPrimed();
        } else {
            primed = true;
            wakeUp();
        }
    }

    @Override
    void doTransport(int millis, Queue<Packet> pendingQueue, ClientCnxn cnxn) throws IOException, InterruptedException {
        InProcessConnection server = connection;
        if (server == null) {
            super.doTransport(millis, pendingQueue, cnxn);
            return;
        }
        if (asked == null) {
            asked = new Asked(pendingQueue, cnxn);
        }
        handOver();
        sleep(millis);
        updateNow();
        if (server.isClosed()) {
            throw new EndOfStreamException(
                    "the server in this process has ended the connection of session 0x" + Long.toHexString(sessionId));
        }
        handOver();
    }

    /** Called by whoever has put a request into the queue. */
    @Override
    void packetAdded() {
        if (connection == null) {
            super.packetAdded();
        } else {
            handOver();
        }
    }

    private void handOver() {
        sending.lock();
        try {
            InProcessConnection server = connection;
            Asked before = asked;
            if (server == null || before == null || !primed) {
                return;
            }
            while (server.takes()) {
                Packet packet = outgoingQueue.poll();
                if (packet == null) {
                    return;
                }
                if (packet.requestHeader != null
                        && packet.requestHeader.getType() != OpCode.ping
                        && packet.requestHeader.getType() != OpCode.auth) {
                    before.add(packet);
                }
                handOver(server, packet);
            }
        } finally {
            sending.unlock();
        }
    }

    private void handOver(InProcessConnection server, Packet packet) {
        packet.createBB();
        updateNow();
        updateLastSend();
        sentCount.getAndIncrement();
        packet.bb.position(Integer.BYTES); // behind its length
        if (packet.requestHeader == null) {
            server.connect(packet.bb);
        } else {
            server.request(packet.bb);
        }
    }

    /** Takes an answer or an event; nothing where the connection is over that it came by. */
    @Override
    public void received(InProcessConnection from, ByteBuffer bytes) throws IOException {
        synchronized (receiving) {
            if (from != connection) {
                return;
            }
            recvCount.getAndIncrement();
            updateNow();
            updateLastHeard();
            if (initialized) {
                sendThread.readResponse(bytes);
            } else {
                incomingBuffer = bytes;
                readConnectResult();
                initialized = true;
            }
        }
    }

    /** The server takes requests again, or has ended the connection. */
    @Override
    public void wakeUp() {
        sleeping.lock();
        try {
            woken = true;
            wake.signal();
        } finally {
            sleeping.unlock();
        }
    }

    private void sleep(int millis) throws InterruptedException {
        sleeping.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!woken && left > 0) {
                left = wake.awaitNanos(left);
            }
            woken = false;
        } finally {
            sleeping.unlock();
        }
    }

    @Override
    void onClosing() {
        wakeUp();
        super.onClosing();
    }

    @Override
    void cleanup() {
        InProcessConnection ended = connection;
        if (ended != null) {
            sending.lock();
            try {
                synchronized (receiving) {
                    connection = null;
                    primed = false;
                }
            } finally {
                sending.unlock();
            }
            ended.close();
        }
        super.cleanup(); // which waits a moment, so that nobody asks a server that refuses over and over
    }

    @Override
    void testableCloseSocket() throws IOException {
        InProcessConnection server = connection;
        if (server == null) {
            super.testableCloseSocket();
        } else {
            server.close();
        }
    }

    @Override
    void sendPacket(Packet packet) throws IOException {
        InProcessConnection server = connection;
        if (server == null) {
            super.sendPacket(packet);
            return;
        }
        sending.lock();
        try {
            handOver(server, packet);
        } finally {
            sending.unlock();
        }
    }

    @Override
    void saslCompleted() {
        if (connection == null) {
            super.saslCompleted();
        } else {
            wakeUp();
        }
    }

    @Override
    @Nullable
    SocketAddress getRemoteSocketAddress() {
        return connection == null ? super.getRemoteSocketAddress() : remote;
    }

    @Override
    @Nullable
    SocketAddress getLocalSocketAddress() {
        return connection == null ? super.getLocalSocketAddress() : remote;
    }
}
