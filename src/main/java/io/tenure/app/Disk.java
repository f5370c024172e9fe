package io.tenure.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The room that is left where the data is kept. While there is little, nothing new is granted, so that what is left lasts for renewals and
 * releases until somebody has made room. Looks once a second. Safe for use by many threads.
 */
final class Disk {
    /** Some segments of ZooKeeper's log, or a snapshot of a hundred thousand leases. */
    private static final long ENOUGH = 64L << 20;

    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final Path folder;
    private final Threads threads;
    private volatile long free;

    Disk(Path folder, Threads threads) {
        this.folder = folder;
        this.threads = threads;
        look();
    }

    /** Says where there is too little room, and what to do. */
    Optional<String> fault() {
        return free >= ENOUGH
                ? Optional.empty()
                : Optional.of("only " + (free >> 20) + " MiB are free where the data is, in " + folder
                        + ": nothing new is granted until " + (ENOUGH >> 20)
                        + " MiB are, and without any the server ends; make room");
    }

    /** Bytes that this process may still write there. */
    static long free(Path folder) {
        return folder.toFile().getUsableSpace();
    }

    private void look() {
        free = free(folder);
        threads.after(BETWEEN, this::look);
    }
}
