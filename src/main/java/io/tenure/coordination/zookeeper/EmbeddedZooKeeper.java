package io.tenure.coordination.zookeeper;

import io.tenure.coordination.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.util.ServiceUtils;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper server inside this process, alone or as a peer of an ensemble, with its data in a folder.
 *
 * <p>Every acknowledged write is on the disk (of a majority of the peers), so the state survives a restart and a kill. Old logs and
 * snapshots are removed every few minutes. Safe for use by many threads.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final long START_MILLIS = 60_000;
    private static final long LOOK_MILLIS = 20;

    static {
        Settings.prepare();
    }

    /**
     * Which server a thread of ZooKeeper's works for: ZooKeeper asks for the end of the process by a static call, on one of its
     * threads, which inherit this from the one that starts the server.
     */
    private static final InheritableThreadLocal<CompletableFuture<@Nullable Void>> ENDED =
            new InheritableThreadLocal<>();

    private final DataFolder folder;
    private final InetSocketAddress address;
    private final CompletableFuture<@Nullable Void> ended;
    private final Begun server;
    private final Purge purge;

    /** What was started: how it is stopped, and whether it answers clients. */
    private record Begun(Runnable stop, BooleanSupplier serves) {}

    /** Starts the server. */
    private interface Start {
        Begun begin(CompletableFuture<@Nullable Void> ended) throws Exception;
    }

    private EmbeddedZooKeeper(DataFolder folder, InetSocketAddress address, Start start) {
        this.folder = folder;
        this.address = address;
        this.ended = new CompletableFuture<>();
        this.server = begin(start);
        this.purge = new Purge(folder.data());
    }

    /**
     * Starts a server that is alone on loopback and blocks until it serves.
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
        return in(DataFolder.take(folder, DataFolder.ALONE), taken -> {
            InetSocketAddress free = free(host, port, "zookeeper.port");
            found.run();
            return new EmbeddedZooKeeper(taken, free, ended -> alone(taken, free));
        });
    }

    /**
     * Starts the own peer of an ensemble, and blocks until its ports are open: it serves once a majority of the peers has met.
     *
     * @param folder for its data, made when it is not there
     * @param found run as soon as folder and ports are found to be right, before the peer starts
     * @throws StoreException in one line, if a port is taken, or the folder is in use, cannot be written, is of another version or
     *     of another peer
     */
    public static EmbeddedZooKeeper join(Path folder, Ensemble ensemble, Runnable found) {
        return in(DataFolder.take(folder, String.valueOf(ensemble.id())), taken -> {
            InetAddress host = resolved(ensemble);
            String key = "zookeeper.servers." + ensemble.id();
            InetSocketAddress free = free(host, ensemble.own().client(), key + ".client");
            free(host, ensemble.own().peer(), key + ".peer");
            free(host, ensemble.own().election(), key + ".election");
            found.run();
            return new EmbeddedZooKeeper(taken, free, ended -> peer(taken, free, ensemble, ended));
        });
    }

    private static EmbeddedZooKeeper in(
            DataFolder folder, java.util.function.Function<DataFolder, EmbeddedZooKeeper> start) {
        try {
            return start.apply(folder);
        } catch (StoreException failure) {
            folder.close();
            throw failure;
        }
    }

    private Begun begin(Start start) {
        ENDED.set(ended);
        try {
            Begun begun = start.begin(ended);
            // each start sets this to something else
            ServiceUtils.setSystemExitProcedure(status -> endAsked());
            return begun;
        } catch (Exception failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new StoreException(
                    "the embedded ZooKeeper with the data in %s did not start: the log above says why"
                            .formatted(folder.root()),
                    failure);
        } finally {
            ENDED.remove();
        }
    }

    private static Begun alone(DataFolder folder, InetSocketAddress address) throws Exception {
        ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                .baseDir(folder.scratch())
                .configuration(Settings.alone(folder, address))
                .exitHandler(ExitHandler.LOG_ONLY)
                .build();
        try {
            server.start(START_MILLIS);
        } catch (Exception failure) {
            server.close();
            throw failure;
        }
        return new Begun(server::close, () -> true);
    }

    private static Begun peer(
            DataFolder folder, InetSocketAddress address, Ensemble ensemble, CompletableFuture<@Nullable Void> ended)
            throws Exception {
        QuorumPeerConfig config = new QuorumPeerConfig();
        Properties properties = Settings.peer(folder, address, ensemble);
        config.parseProperties(properties);
        Peer peer = Peer.start(config, () -> ended.complete(null));
        return new Begun(peer::close, peer::serves);
    }

    private static void endAsked() {
        CompletableFuture<@Nullable Void> ended = ENDED.get();
        if (ended != null) {
            ended.complete(null);
        }
    }

    private static InetAddress resolved(Ensemble ensemble) {
        try {
            return InetAddress.getByName(ensemble.listensOn());
        } catch (UnknownHostException unknown) {
            throw new StoreException(
                    "%s, which this server's ZooKeeper is to listen on, is no name known here: mend zookeeper.servers.%d.host, or set zookeeper.bindHost"
                            .formatted(ensemble.listensOn(), ensemble.id()),
                    unknown);
        }
    }

    /** ZooKeeper itself would wait its whole time for a port that is taken, and then not say so. */
    private static InetSocketAddress free(InetAddress host, int port, String key) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return new InetSocketAddress(host, socket.getLocalPort());
        } catch (IOException | IllegalArgumentException taken) {
            throw new StoreException(
                    "port %d on %s cannot be opened for the embedded ZooKeeper (%s): another program has it, or the address is not this machine's;"
                                    .formatted(port, host.getHostAddress(), taken.getMessage())
                            + " stop that, or mend "
                            + key,
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

    /** Blocks until it answers clients, or has ended, or the time is over; false in the last case. */
    public boolean awaitServing(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!server.serves().getAsBoolean() && !ended.isDone()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** The port that it listens on. */
    public int port() {
        return address.getPort();
    }

    /** What a client in this machine connects to. */
    public String connectString() {
        InetAddress host =
                address.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.getAddress();
        return Ensemble.Member.written(host.getHostAddress()) + ":" + port();
    }

    /** Stops serving, and gives the folder free. Closing twice is closing once. */
    @Override
    public synchronized void close() {
        if (folder.isTaken()) {
            purge.close();
            server.stop().run();
            folder.close();
        }
    }
}
