package io.tenure.cli;

import io.tenure.client.Claim;
import io.tenure.client.TenureClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which thing a command is to hold: one of these. */
final class Wanted {
    @Option(names = "--lock", paramLabel = "NAME", description = "A lock.")
    private @Nullable String lock;

    @Option(names = "--read", paramLabel = "NAME", description = "A read/write lock, for reading.")
    private @Nullable String read;

    @Option(names = "--write", paramLabel = "NAME", description = "A read/write lock, for writing.")
    private @Nullable String write;

    @Option(names = "--permit", paramLabel = "NAME", description = "A permit of a semaphore.")
    private @Nullable String permit;

    Claim of(TenureClient tenure) {
        if (lock != null) {
            return tenure.lock(lock);
        }
        if (read != null) {
            return tenure.readLock(read);
        }
        if (write != null) {
            return tenure.writeLock(write);
        }
        if (permit != null) {
            return tenure.permits(permit, 1);
        }
        throw new IllegalStateException("one of them is required");
    }

    @Override
    public String toString() {
        if (lock != null) {
            return "lock " + lock;
        }
        return permit != null ? "semaphore " + permit : "read/write lock " + (read != null ? read : write);
    }
}
