package io.tenure.cli;

import io.tenure.client.Claim;
import io.tenure.client.TenureClient;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which thing a command is to hold: one of these. */
final class Wanted {
    @Option(names = "--lock", paramLabel = "NAME", description = "A lock.")
    private @Nullable Name lock;

    @Option(names = "--read", paramLabel = "NAME", description = "A read/write lock, for reading.")
    private @Nullable Name read;

    @Option(names = "--write", paramLabel = "NAME", description = "A read/write lock, for writing.")
    private @Nullable Name write;

    @Option(names = "--permit", paramLabel = "NAME", description = "A permit of a semaphore.")
    private @Nullable Name permit;

    Thing thing() {
        Kind kind = lock != null ? Kind.LOCK : permit != null ? Kind.SEMAPHORE : Kind.RWLOCK;
        return Thing.of(kind);
    }

    Name name() {
        for (Name given : new Name[] {lock, read, write, permit}) {
            if (given != null) {
                return given;
            }
        }
        throw new IllegalStateException("one of them is required");
    }

    Claim of(TenureClient tenure) {
        String name = name().value();
        if (lock != null) {
            return tenure.lock(name);
        }
        if (permit != null) {
            return tenure.permits(name, 1);
        }
        return read != null ? tenure.readLock(name) : tenure.writeLock(name);
    }

    @Override
    public String toString() {
        return thing().title() + " " + name();
    }
}
