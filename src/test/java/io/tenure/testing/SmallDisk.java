package io.tenure.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file system of a few MiB in memory that a test can fill. Making one takes the right to mount. Used by one thread. */
public final class SmallDisk implements AutoCloseable {
    private static final int PIECE = 16 * 1024;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one, or skips the test where that is not allowed. */
    public static SmallDisk mount(Path folder, int mebibytes) {
        Optional<SmallDisk> disk = tryMount(folder, mebibytes);
        assumeTrue(
                disk.isPresent(),
                "a disk that can be full is a tmpfs of its own: run as root, or in a container with CAP_SYS_ADMIN");
        return disk.orElseThrow();
    }

    /** Mounts one; empty where that is not allowed. */
    public static Optional<SmallDisk> tryMount(Path folder, int mebibytes) {
        try {
            Files.createDirectories(folder);
            return run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tenure-test", folder.toString()) == 0
                    ? Optional.of(new SmallDisk(folder))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public Path folder() {
        return folder;
    }

    /** Fills it until no more than so much is free; with 0, until it takes nothing more. */
    public void fill(long leaving) {
        ByteBuffer zeros = ByteBuffer.allocate(PIECE);
        try (FileChannel filler = FileChannel.open(
                filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (leaving == 0 || folder.toFile().getUsableSpace() > leaving) {
                zeros.rewind();
                filler.write(zeros);
            }
        } catch (IOException full) {
            // nothing more goes in
        }
    }

    /** Takes away what {@link #fill} put there. */
    public void free() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        if (run("umount", folder.toString()) != 0) {
            throw new IllegalStateException("still in use: " + folder);
        }
    }

    private static int run(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException absent) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
