package io.tenure.coordination.zookeeper;

import java.io.File;
import java.io.IOException;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * The transaction log of a peer, which says when it cannot be written.
 *
 * <p>A peer of an ensemble would otherwise go back to electing a leader and try again with what it has in memory, which may then be
 * ahead of its log, so that the log would get a hole. ZooKeeper calls it on one thread at a time.
 */
final class WatchedLog extends FileTxnSnapLog {
    private final Runnable failed;

    WatchedLog(File log, File snapshots, Runnable failed) throws IOException {
        super(log, snapshots);
        this.failed = failed;
    }

    @Override
    public boolean append(Request request) throws IOException {
        try {
            return super.append(request);
        } catch (IOException failure) {
            failed.run();
            throw failure;
        }
    }

    @Override
    public void commit() throws IOException {
        try {
            super.commit();
        } catch (IOException failure) {
            failed.run();
            throw failure;
        }
    }

    @Override
    public void rollLog() throws IOException {
        try {
            super.rollLog();
        } catch (IOException failure) {
            failed.run();
            throw failure;
        }
    }
}
