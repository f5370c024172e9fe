package io.tenure.cli;

import io.tenure.client.TenureException;
import io.tenure.error.Refusal;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line, whose commands stand below it. */
@Command(
        name = "tenure",
        description = "Locks, leases and leadership over HTTP.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or not there",
            "64:the command line is not understood",
            "69:no server has answered, so it cannot be told"
        },
        footerHeading = "%nServers:%n",
        footer = {
            "  tenure server CONFIG   runs a server",
            "  tenure check CONFIG    says what is wrong with a configuration file"
        },
        subcommands = {RunCommand.class, ElectCommand.class, CommandLine.HelpCommand.class})
public final class Tenure implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Runs a command.
     *
     * @param version of the program
     * @return the exit status
     */
    public static int run(String version, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Tenure());
        line.getCommandSpec().version("tenure " + version);
        return line.registerConverter(Duration.class, new DurationText())
                .setOut(out)
                .setErr(err)
                .setExitCodeExceptionMapper(Tenure::status)
                .setParameterExceptionHandler(Tenure::misunderstood)
                .setExecutionExceptionHandler((fault, command, parsed) -> {
                    if (fault instanceof TenureException || fault instanceof Refusal) {
                        command.getErr().println("tenure: " + fault.getMessage());
                        return status(fault);
                    }
                    throw fault;
                })
                .execute(arguments);
    }

    private static int status(Throwable fault) {
        boolean cannotTell =
                fault instanceof TenureException told && told.code().isEmpty();
        return cannotTell ? Exit.CANNOT_TELL : Exit.REFUSED;
    }

    private static int misunderstood(ParameterException fault, String[] arguments) {
        CommandLine command = fault.getCommandLine();
        command.getErr().println("tenure: " + fault.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(fault, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return Exit.USAGE;
    }

    /** Without a command: says which there are. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
