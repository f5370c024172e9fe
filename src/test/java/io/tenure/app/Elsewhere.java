package io.tenure.app;

import io.tenure.coordination.zookeeper.EmbeddedZooKeeper;
import io.tenure.testing.TcpProxy;
import java.nio.file.Path;

/**
 * A server whose sessions go over a link to a ZooKeeper of the test's own, which can be restarted under it; the one inside the server
 * stays unused. Used by one thread.
 */
public final class Elsewhere implements AutoCloseable {
    private final Path data;
    private final int port;
    private final TcpProxy link;
    private EmbeddedZooKeeper zooKeeper;

    /** Starts the ZooKeeper, with its data in this folder, on this port. */
    public Elsewhere(Path data, int port) {
        this.data = data;
        this.port = port;
        this.zooKeeper = EmbeddedZooKeeper.start(data, port);
        this.link = new TcpProxy(port);
    }

    /** The application, to be started once. */
    public TenureApplication application() {
        return new TenureApplication(inside -> link.connectString());
    }

    /** The link between the two. */
    public TcpProxy link() {
        return link;
    }

    /** Ends the ZooKeeper; its data stays. */
    public void stopZooKeeper() {
        zooKeeper.close();
    }

    /** Starts it again on the same data. */
    public void startZooKeeper() {
        zooKeeper = EmbeddedZooKeeper.start(data, port);
    }

    @Override
    public void close() {
        link.close();
        zooKeeper.close();
    }
}
