package io.tenure.cli;

import io.tenure.archive.Archive;
import io.tenure.error.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenure backup}: everything that a cluster knows, in a file. */
@Command(
        name = "backup",
        sortOptions = false,
        description = {
            "Writes everything that the servers know to a file, while they work.",
            "",
            "Leases, who holds and who waits in which order, permits, and the audit log, all of one moment. The file has its name"
                    + " only once it is whole and has been checked."
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure backup tenure-2026-11-22.backup")
final class BackupCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;
    private static final FileAttribute<?> OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Mixin
    private ServersOption servers = new ServersOption();

    @Option(names = "--json", order = 101, description = "Print what was written as JSON.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            order = 102,
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        if (!force && Files.exists(file)) {
            throw new Failure(file + " is there already; --force replaces it");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new Failure(file + " cannot be written: there is no folder " + folder);
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try {
                fetch(part);
                Archive archive = Archive.verified(part);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                ArchiveShown.tell(archive, file, json, spec.commandLine().getOut());
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (Refusal broken) {
            throw new Failure(Exit.CANNOT_TELL, "the server broke off: " + broken.detail());
        } catch (IOException fault) {
            throw new Failure(file + " was not written: " + fault.getMessage());
        }
        return Exit.OK;
    }

    private void fetch(Path part) throws IOException, InterruptedException {
        Progress progress = new Progress(spec.commandLine().getErr(), Progress.isTerminal());
        try (InputStream in = new Transfer(servers.urls()).fetch("/v1/cluster/backup");
                OutputStream out = forItsOwner(part)) {
            byte[] buffer = new byte[64 * 1024];
            long bytes = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                if (bytes / MEBIBYTE != (bytes + read) / MEBIBYTE) {
                    progress.tell((bytes + read) / MEBIBYTE + " MiB");
                }
                bytes += read;
            }
        } finally {
            progress.end();
        }
    }

    /** A new file that nobody else can read, where the system knows such rights: whoever has the id of a lease can end it. */
    private static OutputStream forItsOwner(Path part) throws IOException {
        Files.deleteIfExists(part);
        return part.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.newOutputStream(Files.createFile(part, OWNER))
                : Files.newOutputStream(part);
    }
}
