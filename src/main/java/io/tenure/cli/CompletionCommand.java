package io.tenure.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tenure completion}: a script that has shells complete the commands. */
@Command(
        name = "completion",
        description = "Prints a script for bash and zsh that completes commands and options.",
        footerHeading = "%nExample:%n",
        footer = "  source <(tenure completion)")
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("tenure", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
