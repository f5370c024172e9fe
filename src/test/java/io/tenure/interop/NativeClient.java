package io.tenure.interop;

import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;

/** A program that knows nothing of Tenure and locks with Curator's own {@link InterProcessMutex}. Used by one thread. */
final class NativeClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final CuratorFramework curator;
    private final Mutex mutex;

    NativeClient(int zooKeeperPort, String lock) {
        curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + zooKeeperPort, TIMEOUT_MILLIS, TIMEOUT_MILLIS, new RetryOneTime(100));
        curator.start();
        mutex = new Mutex(curator, "/tenure/locks/" + lock);
    }

    /** Takes the lock, waiting for at most so long. */
    boolean acquire(int seconds) throws Exception {
        return mutex.acquire(seconds, TimeUnit.SECONDS);
    }

    void release() throws Exception {
        mutex.release();
    }

    /** Whether the node that stands for its hold is still there. */
    boolean nodeStands() throws Exception {
        return curator.checkExists().forPath(mutex.path()) != null;
    }

    /** The id in the name of that node, where Tenure's own have a lease. */
    String id() {
        String node = mutex.path().substring(mutex.path().lastIndexOf('/') + 1);
        return node.substring("_c_".length(), "_c_".length() + 36);
    }

    /** Ends the session, and with it a hold that was not given back. */
    void die() {
        curator.close();
    }

    @Override
    public void close() {
        die();
    }

    /** Says where its node is. */
    private static final class Mutex extends InterProcessMutex {
        Mutex(CuratorFramework curator, String path) {
            super(curator, path);
        }

        String path() {
            return getLockPath();
        }
    }
}
