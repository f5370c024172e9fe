package io.tenure.coordination.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.StoreException;
import io.tenure.coordination.StoreFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The folder of an embedded store, taken by this process until it is closed.
 *
 * <p>In it: {@code format}, which version of the data it is; {@code lock}, which a live process holds; {@code data}, ZooKeeper's
 * logs and snapshots, and in {@code data/myid} which peer's they are; {@code run}, what ZooKeeper leaves behind at each start and nobody needs.
 */
final class DataFolder implements AutoCloseable {
    /** Whose data it is when the server is no peer. */
    static final String ALONE = "";

    private static final String ADVICE = "choose another folder with zookeeper.dataDir, or mend this one";

    private final Path root;
    private final FileChannel channel;

    private DataFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * Makes the folder when it is not there, and takes it.
     *
     * @param whose {@link #ALONE}, or the number of the peer that the data is of
     */
    static DataFolder take(Path folder, String whose) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            DataFolder taken = new DataFolder(root, lock(root));
            try {
                taken.prepare(whose);
                return taken;
            } catch (IOException | StoreException failure) {
                taken.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new StoreException(
                    "the data folder %s cannot be written (%s): %s".formatted(root, reason(failure), ADVICE), failure);
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel = FileChannel.open(
                root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException ours) {
            // Another store in this very process.
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
        channel.close();
        throw new StoreException(
                "the data folder %s is in use by another process: stop that one, or choose another folder with zookeeper.dataDir"
                        .formatted(root));
    }

    private void prepare(String whose) throws IOException {
        Path format = root.resolve("format");
        try {
            StoreFormat.require(Files.readAllBytes(format), "file " + format);
        } catch (NoSuchFileException first) {
            write(format, StoreFormat.CURRENT.bytes());
        }
        Files.createDirectories(data());
        claim(whose);
        Files.createDirectories(scratch());
        tidy();
    }

    /**
     * Refuses data of another server of an ensemble, or of one that was alone: a peer that comes with what it does not know to be
     * true of its ensemble could bring back what has ended there.
     */
    private void claim(String whose) throws IOException {
        Path file = data().resolve("myid");
        String before = Files.exists(file)
                ? Files.readString(file).strip()
                : Files.exists(data().resolve("version-2")) ? ALONE : whose;
        if (!before.equals(whose)) {
            throw new StoreException(
                    "the data in %s is that of %s, and this is %s: give each server its own zookeeper.dataDir; docs/operations.md says how one becomes three"
                            .formatted(root, named(before), named(whose)));
        }
        if (!whose.equals(ALONE)) {
            write(file, whose.getBytes(UTF_8));
        }
    }

    private static String named(String whose) {
        return whose.equals(ALONE) ? "a server with zookeeper.mode embedded" : "the server with zookeeper.id " + whose;
    }

    /** Written beside and moved into place, so that a crash leaves the whole of it or nothing. */
    private static void write(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(bytes));
            out.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void tidy() throws IOException {
        try (Stream<Path> left = Files.list(scratch())) {
            for (Path file : left.toList()) {
                if (file.getFileName().toString().startsWith("zookeeper.configuration")) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    Path root() {
        return root;
    }

    /** ZooKeeper's logs and snapshots. */
    Path data() {
        return root.resolve("data");
    }

    /** For the files that ZooKeeper leaves behind. */
    Path scratch() {
        return root.resolve("run");
    }

    boolean isTaken() {
        return channel.isOpen();
    }

    /** Gives it free for others. */
    @Override
    public void close() {
        try (channel) {
            if (channel.isOpen() && Files.isDirectory(scratch())) {
                tidy();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the data folder " + root + " was not left in order", failure);
        }
    }

    private static String reason(IOException failure) {
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        return message == null
                ? kind
                : kind + ": " + message.lines().findFirst().orElse("");
    }
}
