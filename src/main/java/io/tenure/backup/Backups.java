package io.tenure.backup;

import io.tenure.archive.Archive;
import io.tenure.audit.LogCopy;
import io.tenure.coordination.Blocking;
import io.tenure.coordination.Generation;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.LeaseNodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Backups and restores through one server, one of them at a time. Its calls block; safe for use by many threads. */
public final class Backups {
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);

    private final LeaseNodes nodes;
    private final LogCopy log;
    private final Generation generation;
    private final String server;
    private final String version;
    private final Path folder;
    private final LongSupplier wallMillis;
    private final Blocking.Awaiting awaiting;
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * @param version of this program, for the header
     * @param folder where an archive is put while it is restored
     * @param wallMillis the time of day, milliseconds since 1970
     * @param awaiting how the threads that call wait for the store
     */
    public Backups(
            LeaseNodes nodes,
            LogCopy log,
            Generation generation,
            String server,
            String version,
            Path folder,
            LongSupplier wallMillis,
            Blocking.Awaiting awaiting) {
        this.nodes = nodes;
        this.log = log;
        this.generation = generation;
        this.server = server;
        this.version = version;
        this.folder = folder;
        this.wallMillis = wallMillis;
        this.awaiting = awaiting;
    }

    /** A backup that can be written; to be closed, whether it was or not. */
    public interface Begun extends AutoCloseable {
        /** Writes all of it. */
        void write(OutputStream out) throws IOException;

        @Override
        void close();
    }

    /**
     * Begins a backup.
     *
     * @throws Refusal {@code BUSY}; or {@code STORE_UNAVAILABLE} or {@code AUDIT_UNAVAILABLE} when not all of it can be read
     */
    public Begun backup() {
        begin();
        try {
            generation.fault().ifPresent(fault -> {
                throw Refusal.of(ErrorCode.STORE_UNAVAILABLE, fault);
            });
            Backup backup = new Backup(
                    nodes.store(),
                    awaiting,
                    nodes.paths(),
                    nodes.tokenBase(),
                    log,
                    version,
                    Instant.ofEpochMilli(wallMillis.getAsLong()));
            return new Begun() {
                private final AtomicBoolean open = new AtomicBoolean(true);

                @Override
                public void write(OutputStream out) throws IOException {
                    LOG.info("backup of {}", backup.write(out));
                }

                @Override
                public void close() {
                    if (open.compareAndSet(true, false)) {
                        busy.set(false);
                    }
                }
            };
        } catch (RuntimeException refused) {
            busy.set(false);
            throw refused;
        }
    }

    /**
     * Restores an archive into this cluster, which nobody has used, or in which a restore was cut off.
     *
     * @throws Refusal {@code BUSY}; {@code BACKUP_REFUSED} when it is not whole, {@code NOT_EMPTY}; {@code STORE_UNAVAILABLE} or
     *     {@code AUDIT_UNAVAILABLE}, perhaps in the middle
     */
    public Restored restore(InputStream archive) {
        begin();
        try {
            Files.createDirectories(folder); // a server beside an ensemble keeps nothing else there
            Path file = Files.createTempFile(folder, "restore-", ".part");
            try {
                Files.copy(archive, file, StandardCopyOption.REPLACE_EXISTING);
                Restored restored =
                        new Restore(nodes, nodes.store(), awaiting, log, server, Archive.verified(file)).run();
                LOG.info("{}; every server is to be started again", restored);
                return restored;
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            busy.set(false);
        }
    }

    private void begin() {
        if (!busy.compareAndSet(false, true)) {
            throw Refusal.of(ErrorCode.BUSY, "a backup or a restore is under way in this server");
        }
    }
}
