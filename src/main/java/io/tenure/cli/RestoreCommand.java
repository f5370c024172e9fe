package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenure restore}: a backup into a cluster that nobody has used. */
@Command(
        name = "restore",
        sortOptions = false,
        description = {
            "Restores a backup into a cluster that nobody has used.",
            "",
            "Refused as a whole when the file is not a whole backup, or there is a lease in the cluster or another log in its"
                    + " database. Each lease gets its whole TTL, from when the first server has been started again; fencing tokens"
                    + " are higher from then on than all before. No server serves until it is started again. A restore that was cut"
                    + " off can be repeated; until then nothing is granted."
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure restore tenure-2026-11-22.backup")
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Mixin
    private ServersOption servers = new ServersOption();

    @Option(names = "--json", order = 101, description = "Print what the server answers, as JSON.")
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
        JsonNode restored = new Transfer(servers.urls()).bring("/v1/cluster/restore", file);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(restored);
            return Exit.OK;
        }
        out.println("restored what was backed up at " + text(restored, "takenAt") + ": " + text(restored, "leases")
                + " leases, " + text(restored, "held") + " holds that are held and " + text(restored, "waiting")
                + " that wait, " + text(restored, "semaphores") + " semaphores, " + text(restored, "records")
                + " records of the audit log");
        out.println("leases of the backup that had ended when it was complete, or have since as the log knows: "
                + text(restored, "ended"));
        out.println(
                "tenures that the log had open and that are no more, ended by RESTORED: " + text(restored, "closed"));
        out.println("fencing tokens are counted from " + text(restored, "tokenBase") + " on");
        out.println("Start every server again now: none serves before.");
        return Exit.OK;
    }

    private static String text(JsonNode answer, String field) {
        return Shown.text(answer.path(field));
    }
}
