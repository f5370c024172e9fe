package io.tenure.coordination.zookeeper;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the logs and snapshots that a restart no longer needs, every two minutes, on a thread of its own.
 *
 * <p>It keeps what {@code PurgeTxnLog} of ZooKeeper would, without that one's printing to standard output: the newest valid
 * snapshots, and every log with a write that the oldest of them may lack. ZooKeeper's own timer counts in hours, in which a busy
 * server writes gigabytes.
 */
final class Purge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
    private static final int SNAPSHOTS_KEPT = 3;
    private static final long MINUTES_BETWEEN = 2;

    private final Path data;
    private final ScheduledThreadPoolExecutor timer;

    @SuppressWarnings("FutureReturnValueIgnored") // run() lets nothing escape that would end the repetition
    Purge(Path data) {
        this.data = data;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "tenure-zookeeper-purge");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::run, MINUTES_BETWEEN, MINUTES_BETWEEN, TimeUnit.MINUTES);
    }

    private void run() {
        try {
            int removed = removeOld(data);
            LOG.debug("removed {} old files of the embedded ZooKeeper", removed);
        } catch (IOException | RuntimeException failure) {
            LOG.warn(
                    "old logs and snapshots in {} could not be removed: see to it that the disk does not fill",
                    data,
                    failure);
        }
    }

    /** Removes what is not needed; tells how many files that was. */
    static int removeOld(Path data) throws IOException {
        FileTxnSnapLog files = new FileTxnSnapLog(data.toFile(), data.toFile());
        try {
            List<File> kept = files.findNValidSnapshots(SNAPSHOTS_KEPT);
            if (kept.size() < SNAPSHOTS_KEPT) {
                return 0;
            }
            long oldest = Util.getZxidFromName(kept.get(kept.size() - 1).getName(), "snapshot");
            Set<String> needed = new HashSet<>();
            for (File log : files.getSnapshotLogs(oldest)) {
                needed.add(log.getName());
            }
            return remove(files.getDataLogDir().toPath(), oldest, needed);
        } finally {
            files.close();
        }
    }

    private static int remove(Path folder, long oldest, Set<String> needed) throws IOException {
        int removed = 0;
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                boolean old = isBefore(name, "log", oldest) || isBefore(name, "snapshot", oldest);
                if (old && !needed.contains(name) && Files.deleteIfExists(file)) {
                    removed++;
                }
            }
        }
        return removed;
    }

    /** The number in a file's name is that of its first write, or of the last before the snapshot. */
    private static boolean isBefore(String name, String prefix, long oldest) {
        long zxid = Util.getZxidFromName(name, prefix);
        return zxid >= 0 && zxid < oldest;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
