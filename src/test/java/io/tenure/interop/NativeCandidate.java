package io.tenure.interop;

import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.retry.RetryOneTime;

/** A program that knows nothing of Tenure and runs for leadership with Curator's own {@link LeaderLatch}. Used by one thread. */
final class NativeCandidate implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final CuratorFramework curator;
    private final String path;
    private final String id;
    private LeaderLatch latch;

    /** One that is not in the queue yet. */
    NativeCandidate(int zooKeeperPort, String election, String id) {
        this.curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + zooKeeperPort, TIMEOUT_MILLIS, TIMEOUT_MILLIS, new RetryOneTime(100));
        this.path = "/tenure/elections/" + election;
        this.id = id;
        this.latch = new LeaderLatch(curator, path, id);
        curator.start();
    }

    /** Takes a place at the end of the queue. */
    NativeCandidate campaign() throws Exception {
        latch = new LeaderLatch(curator, path, id);
        latch.start();
        return this;
    }

    /** Waits to lead. */
    boolean leads(int withinSeconds) throws Exception {
        return latch.await(withinSeconds, TimeUnit.SECONDS) && latch.hasLeadership();
    }

    /** The latch itself. */
    LeaderLatch latch() {
        return latch;
    }

    /** Whether the node that stands for its place is still there. */
    boolean nodeStands() throws Exception {
        return curator.checkExists().forPath(latch.getOurPath()) != null;
    }

    /** Gives up its place, or the office. */
    void resign() throws Exception {
        latch.close();
    }

    @Override
    public void close() {
        curator.close();
    }
}
