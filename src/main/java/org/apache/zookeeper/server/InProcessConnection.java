package org.apache.zookeeper.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.jute.BinaryInputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.ClientCnxn;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a connection without a socket: takes a client's requests by calls, and answers by calls.
 *
 * <p>What the client's end and the server see is what a socket would have carried. It stands in ZooKeeper's package, for what it
 * extends is not open to others. Safe for use by many threads.
 */
@NullMarked
public final class InProcessConnection extends ServerCnxn {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessConnection.class);

    /** The client's end. Called on threads of the server, which it must not keep. */
    public interface Client {
        /** Takes an answer or an event, without its length. */
        void received(InProcessConnection from, ByteBuffer bytes) throws IOException;

        /** The server takes requests again, or has ended the connection. */
        void wakeUp();
    }

    private final InProcessConnectionFactory factory;
    private final InetSocketAddress address;
    private final Client client;
    private final AuthenticationHelper authentication = new AuthenticationHelper();

    /**
     * Events that wait for the next answer, and go right before it, as long as one is owed: a transaction has several, and each that
     * goes by itself wakes the client's thread.
     */
    @GuardedBy("events")
    private final Queue<ByteBuffer[]> events = new ArrayDeque<>();

    private volatile boolean closed;
    private volatile boolean held;
    private volatile long sessionId;
    private volatile int sessionTimeout;

    private InProcessConnection(
            ZooKeeperServer server, InProcessConnectionFactory factory, InetSocketAddress address, Client client) {
        super(server);
        this.factory = factory;
        this.address = address;
        this.client = client;
        addAuthInfo(new Id("ip", address.getAddress().getHostAddress()));
    }

    /**
     * Connects to the server in this process that listens on the address; null when there is none.
     *
     * @throws ConnectException if it is there and does not serve now
     */
    public static @Nullable InProcessConnection open(InetSocketAddress address, Client client) throws ConnectException {
        InProcessConnectionFactory factory = InProcessConnectionFactory.at(address);
        if (factory == null) {
            return null;
        }
        ZooKeeperServer server = factory.getZooKeeperServer();
        if (server == null || !server.isRunning()) {
            throw new ConnectException("the ZooKeeper server in this process does not serve now");
        }
        InProcessConnection opened = new InProcessConnection(server, factory, address, client);
        factory.cnxns.add(opened);
        return opened;
    }

    /** Asks for a session. What is wrong ends the connection. */
    public void connect(ByteBuffer bytes) {
        packetReceived(Integer.BYTES + bytes.remaining());
        try {
            if (!isZKServerRunning()) {
                throw new IOException("the server does not serve now");
            }
            BinaryInputArchive archive = BinaryInputArchive.getArchive(new ByteBufferInputStream(bytes));
            zkServer.processConnectRequest(this, protocolManager.deserializeConnectRequest(archive));
        } catch (ServerCnxn.CloseRequestException refused) {
            close(refused.getReason());
        } catch (IOException | ClientCnxnLimitException | RuntimeException failure) {
            LOG.warn("a connection in this process is refused: {}", failure.toString());
            close(DisconnectReason.IO_EXCEPTION);
        }
    }

    /** Takes one request. What is wrong ends the connection. */
    public void request(ByteBuffer bytes) {
        packetReceived(Integer.BYTES + bytes.remaining());
        try {
            if (bytes.remaining() > BinaryInputArchive.maxBuffer) { // or the log could not be read again
                throw new IOException(
                        bytes.remaining() + " bytes in one request, and at most " + BinaryInputArchive.maxBuffer);
            }
            RequestHeader header = new RequestHeader();
            ByteBufferInputStream.byteBuffer2Record(bytes, header);
            process(header, RequestRecord.fromBytes(bytes.slice()));
        } catch (IOException
                | RuntimeException failure) { // whoever asks is no thread of the server's, and must not meet it
            LOG.warn("session 0x{}: a request could not be taken", Long.toHexString(sessionId), failure);
            close(DisconnectReason.IO_EXCEPTION);
        }
    }

    /**
     * What {@link ZooKeeperServer#processPacket} does, but for the queue and the thread that it leaves requests to: these hold requests
     * back above a bound that is switched off by default, and the asker of this connection may as well take its request further.
     */
    private void process(RequestHeader header, RequestRecord record) throws IOException {
        if (header.getType() == ZooDefs.OpCode.auth || header.getType() == ZooDefs.OpCode.sasl) {
            zkServer.processPacket(this, header, record);
            return;
        }
        incrOutstandingAndCheckThrottle(header);
        if (authentication.enforceAuthentication(this, header.getXid())) {
            Request request = new Request(this, sessionId, header.getXid(), header.getType(), record, getAuthInfo());
            request.setOwner(ServerCnxn.me);
            zkServer.submitRequestNow(request);
        }
    }

    /** Whether the client may send the next request. */
    public boolean takes() {
        return !held && !closed;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Ends the connection, not the session. */
    public void close() {
        close(DisconnectReason.CLIENT_CLOSED_CONNECTION);
    }

    @Override
    public void close(DisconnectReason reason) {
        disconnectReason = reason;
        setStale();
        if (factory.cnxns.remove(this)) {
            factory.unregisterConnection(this);
            factory.removeCnxnFromSessionMap(this);
            zkServer.removeCnxn(this);
        }
        closed = true;
        client.wakeUp();
    }

    @Override
    public int sendResponse(
            ReplyHeader header,
            @Nullable Record record,
            @Nullable String tag,
            @Nullable String cacheKey,
            @Nullable Stat stat,
            int opCode)
            throws IOException {
        ByteBuffer[] parts = serialize(header, record, tag, cacheKey, stat, opCode);
        int size = parts[0].getInt(0); // before they are read
        synchronized (events) {
            if (header.getXid() == ClientCnxn.NOTIFICATION_XID && getOutstandingRequests() > 0) {
                events.add(parts);
            } else {
                for (ByteBuffer[] event = events.poll(); event != null; event = events.poll()) {
                    tell(event);
                }
                tell(parts);
                decrOutstandingAndCheckThrottle(header); // here, or an event might wait for an answer that is over
            }
        }
        return size;
    }

    @Override
    public void process(WatchedEvent event, @Nullable List<ACL> rights) {
        try {
            zkServer.checkACL(this, rights, ZooDefs.Perms.READ, getAuthInfo(), event.getPath(), null);
        } catch (KeeperException.NoAuthException notForThem) {
            return;
        }
        try {
            int size = sendResponse(
                    new ReplyHeader(ClientCnxn.NOTIFICATION_XID, event.getZxid(), 0),
                    event.getWrapper(),
                    "notification",
                    null,
                    null,
                    ZooDefs.OpCode.error);
            ServerMetrics.getMetrics().WATCH_BYTES.add(size);
        } catch (IOException failure) {
            LOG.warn("session 0x{}: an event could not be told", Long.toHexString(sessionId), failure);
            close(DisconnectReason.IO_EXCEPTION);
        }
    }

    @Override
    void sendBuffer(ByteBuffer... parts) {
        if (parts.length == 1 && !parts[0].hasRemaining()) { // ServerCnxnFactory.closeConn
            close(DisconnectReason.CLIENT_CLOSED_SESSION);
        } else {
            tell(parts);
        }
    }

    @Override
    public void sendCloseSession() {
        sendBuffer(ServerCnxnFactory.closeConn);
    }

    /** The parts in one piece, without the length that they begin with. */
    private void tell(ByteBuffer... parts) {
        int size = 0;
        for (ByteBuffer part : parts) {
            size += part.remaining();
        }
        ByteBuffer whole = ByteBuffer.allocate(size);
        for (ByteBuffer part : parts) {
            whole.put(part.duplicate());
        }
        whole.flip().position(Integer.BYTES);
        packetSent();
        try {
            client.received(this, whole);
        } catch (IOException | RuntimeException failure) { // the client's fault must not end the server's thread
            LOG.info("session 0x{}: {}", Long.toHexString(sessionId), failure.toString());
            close(DisconnectReason.IO_EXCEPTION);
        }
    }

    @Override
    void enableRecv() {
        if (held) { // the server says so with every answer
            held = false;
            client.wakeUp();
        }
    }

    @Override
    void disableRecv(boolean wait) {
        held = true;
    }

    @Override
    public long getSessionId() {
        return sessionId;
    }

    @Override
    void setSessionId(long id) {
        sessionId = id;
        factory.addSession(id, this);
    }

    @Override
    public int getSessionTimeout() {
        return sessionTimeout;
    }

    @Override
    void setSessionTimeout(int millis) {
        sessionTimeout = millis;
    }

    @Override
    protected ServerStats serverStats() {
        return zkServer.serverStats();
    }

    @Override
    public InetSocketAddress getRemoteSocketAddress() {
        return address;
    }

    @Override
    public int getInterestOps() {
        return 0;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public Certificate[] getClientCertificateChain() {
        throw new UnsupportedOperationException("no certificates without a socket");
    }

    @Override
    public void setClientCertificateChain(Certificate[] chain) {
        throw new UnsupportedOperationException("no certificates without a socket");
    }
}
