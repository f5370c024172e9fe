package io.tenure.coordination.zookeeper;

import io.tenure.coordination.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.apache.zookeeper.util.ServiceUtils;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper server inside this process, alone, with its data in a folder.
 *
 * <p>Every acknowledged write is on the disk, so the state survives a restart and a kill. Old logs and snapshots are removed every
 * few minutes. Safe for use by many threads.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final long START_MILLIS = 60_000;

    static {
        Jute.raiseLimit();
        // These two have no prefix in ZooKeeper, so its configuration cannot set them. A second and a directory that
        // was used once
        // is in nobody's way; at ZooKeeper's own 10,000 a minute they would pile up.
        System.setProperty("znode.container.checkIntervalMs", "5000");
        System.setProperty("znode.container.maxPerMinute", "600000");
        // a few connections from this machine: the thread that selects reads and writes them too, which spares two
        // changes of threads
        System.setProperty("zookeeper.nio.numWorkerThreads", "0");
    }

    /**
     * Which server a thread of ZooKeeper's works for: ZooKeeper asks for the end of the process by a static call, on one of its
     * threads, which inherit this from the one that starts the server.
     */
    private static final InheritableThreadLocal<CompletableFuture<@Nullable Void>> ENDED =
            new InheritableThreadLocal<>();

    private final DataFolder folder;
    private final ZooKeeperServerEmbedded server;
    private final CompletableFuture<@Nullable Void> ended;
    private final Purge purge;
    private final InetSocketAddress address;

    private EmbeddedZooKeeper(
            DataFolder folder,
            ZooKeeperServerEmbedded server,
            CompletableFuture<@Nullable Void> ended,
            InetSocketAddress address) {
        this.folder = folder;
        this.server = server;
        this.ended = ended;
        this.address = address;
        this.purge = new Purge(folder.data());
    }

    /**
     * Starts the server on loopback and blocks until it serves.
     *
     * @param folder for its data, made when it is not there
     * @param port to listen on, on loopback; 0 takes a free one
     * @throws StoreException in one line, if the port is taken, or the folder is in use, cannot be written or is of another version
     */
    public static EmbeddedZooKeeper start(Path folder, int port) {
        return start(folder, port, () -> {});
    }

    /** As {@link #start(Path, int)}; runs the task as soon as folder and port are found to be right, before the server starts. */
    public static EmbeddedZooKeeper start(Path folder, int port, Runnable found) {
        return start(folder, InetAddress.getLoopbackAddress(), port, found);
    }

    /** As {@link #start(Path, int)}, listening on this address, such as the wildcard, for clients on other machines. */
    public static EmbeddedZooKeeper start(Path folder, InetAddress host, int port) {
        return start(folder, host, port, () -> {});
    }

    private static EmbeddedZooKeeper start(Path folder, InetAddress host, int port, Runnable found) {
        DataFolder taken = DataFolder.take(folder);
        try {
            InetSocketAddress free = free(host, port);
            found.run();
            CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
            ENDED.set(ended);
            ZooKeeperServerEmbedded server = serve(taken, free);
            return new EmbeddedZooKeeper(taken, server, ended, free);
        } catch (StoreException failure) {
            taken.close();
            throw failure;
        } finally {
            ENDED.remove();
        }
    }

    private static ZooKeeperServerEmbedded serve(DataFolder folder, InetSocketAddress address) {
        ZooKeeperServerEmbedded server = null;
        try {
            server = ZooKeeperServerEmbedded.builder()
                    .baseDir(folder.scratch())
                    .configuration(configuration(folder, address))
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            server.start(START_MILLIS);
            // each start sets this to something else
            ServiceUtils.setSystemExitProcedure(status -> endAsked());
            return server;
        } catch (Exception failure) {
            if (server != null) {
                server.close();
            }
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new StoreException(
                    "the embedded ZooKeeper with the data in %s did not start: the log above says why"
                            .formatted(folder.root()),
                    failure);
        }
    }

    private static void endAsked() {
        CompletableFuture<@Nullable Void> ended = ENDED.get();
        if (ended != null) {
            ended.complete(null);
        }
    }

    private static Properties configuration(DataFolder folder, InetSocketAddress address) {
        Properties properties = new Properties();
        properties.setProperty("dataDir", folder.data().toString());
        properties.setProperty("clientPort", String.valueOf(address.getPort()));
        properties.setProperty("clientPortAddress", address.getAddress().getHostAddress());
        // Sessions end within a tick; the bounds leave the choice to the session's own timeout.
        properties.setProperty("tickTime", "500");
        properties.setProperty("minSessionTimeout", "1000");
        properties.setProperty("maxSessionTimeout", "120000");
        // The limit counts per address, and here everybody has the same.
        properties.setProperty("maxClientCnxns", "0");
        properties.setProperty("admin.enableServer", "false");
        // Kept in statics of ZooKeeper, and so handed to the next server in this process when they are not set.
        properties.setProperty("standaloneEnabled", "true");
        properties.setProperty("reconfigEnabled", "false");
        // A snapshot and a new log file after this many writes or this much log: what a start has to read again, at
        // most.
        properties.setProperty("snapCount", "100000");
        properties.setProperty("snapSizeLimitInKb", "131072");
        properties.setProperty("preAllocSize", "8192");
        return properties;
    }

    /** ZooKeeper itself would wait its whole time for a port that is taken, and then not say so. */
    private static InetSocketAddress free(InetAddress host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return new InetSocketAddress(host, socket.getLocalPort());
        } catch (IOException | IllegalArgumentException taken) {
            throw new StoreException(
                    "port %d on %s cannot be opened for the embedded ZooKeeper: another program has it;"
                                    .formatted(port, host.getHostAddress())
                            + " stop that, or set zookeeper.port to a free one",
                    taken);
        }
    }

    /**
     * Runs the task once if the server ends by itself, which it does when it cannot write its log or a snapshot: it then does not come
     * back in this process, and what it had acknowledged is on the disk. On a thread of ZooKeeper's; the task must not block.
     */
    public void whenEnded(Runnable task) {
        var unused = ended.thenRun(task);
    }

    /** The port that it listens on. */
    public int port() {
        return address.getPort();
    }

    /** What a client in this machine connects to. */
    public String connectString() {
        InetAddress host =
                address.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.getAddress();
        return host.getHostAddress() + ":" + port();
    }

    /** Stops serving, and gives the folder free. Closing twice is closing once. */
    @Override
    public synchronized void close() {
        if (folder.isTaken()) {
            purge.close();
            server.close();
            folder.close();
        }
    }
}
