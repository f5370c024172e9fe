package io.tenure.coordination.zookeeper;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ZooKeeper peer on threads of this process.
 *
 * <p>ZooKeeper's own embedded server would do as well, but for the log that has to be {@linkplain WatchedLog watched}. Safe for use
 * by many threads.
 */
final class Peer extends QuorumPeerMain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
    private static final long CLOSE_MILLIS = 10_000;

    private final QuorumPeerConfig config;
    private final Runnable ended;
    private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
    private final Thread thread;
    private volatile @Nullable QuorumPeer running;
    private volatile boolean closing;

    private Peer(QuorumPeerConfig config, Runnable ended) {
        this.config = config;
        this.ended = ended;
        this.thread = new Thread(this::run, "tenure-zookeeper-peer");
        thread.setDaemon(true);
    }

    /**
     * Starts it, and blocks until its ports are open, which is before it serves.
     *
     * @param config of ZooKeeper, with the members
     * @param ended run when it ends without being closed, perhaps more than once; on any thread
     */
    static Peer start(QuorumPeerConfig config, Runnable ended) throws IOException, InterruptedException {
        Peer peer = new Peer(config, ended);
        peer.thread.start();
        try {
            peer.started.join();
            return peer;
        } catch (CompletionException failure) {
            peer.close();
            throw new IOException("the peer did not start", failure.getCause());
        }
    }

    private void run() {
        try {
            runFromConfig(config);
            started.completeExceptionally(new IOException("it ended at once"));
        } catch (Exception failure) {
            if (!started.completeExceptionally(failure)) {
                LOG.error("the ZooKeeper peer failed", failure);
            }
        }
        told();
    }

    private void told() {
        if (!closing) {
            ended.run();
        }
    }

    @Override
    protected QuorumPeer getQuorumPeer() throws SaslException {
        QuorumPeer made = new QuorumPeer() {
            @Override
            public void setTxnFactory(FileTxnSnapLog plain) {
                super.setTxnFactory(watched());
            }

            @Override
            public synchronized void start() {
                super.start();
                started.complete(null);
            }
        };
        running = made;
        return made;
    }

    private WatchedLog watched() {
        File log = config.getDataLogDir();
        try {
            return new WatchedLog(log, config.getDataDir(), this::told);
        } catch (IOException failure) {
            throw new UncheckedIOException("the log in " + log + " cannot be opened", failure);
        }
    }

    /** Whether it leads, or follows a leader, and so answers clients. */
    boolean serves() {
        QuorumPeer peer = running;
        ZooKeeperServer server = peer == null ? null : peer.getActiveServer();
        return server != null && server.isRunning();
    }

    /** Ends it, and blocks until it has ended. */
    @Override
    public void close() {
        closing = true;
        QuorumPeer peer = running;
        if (peer != null) {
            peer.shutdown();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
