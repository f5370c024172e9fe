package io.tenure.cli;

import io.tenure.archive.Archive;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenure verify-backup}: whether a file is a whole backup, without a server. */
@Command(
        name = "verify-backup",
        sortOptions = false,
        description = {
            "Says whether a file is a whole backup, and what is in it. Needs no server.",
            "",
            "Every byte is checked. One that is damaged, cut off, or of a newer version is refused; so it would be by a restore."
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure verify-backup tenure-2026-11-22.backup")
final class VerifyBackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(names = "--json", order = 101, description = "Print it as JSON.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            order = 102,
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() {
        try {
            ArchiveShown.tell(
                    Archive.verified(file), file, json, spec.commandLine().getOut());
        } catch (NoSuchFileException missing) {
            throw new Failure(file + " cannot be read: there is no such file");
        } catch (IOException fault) {
            throw new Failure(file + " cannot be read: " + fault.getMessage());
        }
        return Exit.OK;
    }
}
