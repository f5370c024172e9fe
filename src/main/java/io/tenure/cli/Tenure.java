package io.tenure.cli;

import io.tenure.cli.bench.Work;
import io.tenure.client.TenureException;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.Durations;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
            "69:no server has answered, or none can tell now"
        },
        footerHeading = "%nServers:%n",
        footer = {
            "  tenure server CONFIG   runs a server",
            "  tenure check CONFIG    says what is wrong with a configuration file"
        },
        subcommands = {RunCommand.class, ElectCommand.class})
public final class Tenure implements Runnable {
    private static final Set<ErrorCode> CANNOT_TELL = EnumSet.of(
            ErrorCode.SERVER_STOPPING,
            ErrorCode.STORE_UNAVAILABLE,
            ErrorCode.AUDIT_BACKLOG,
            ErrorCode.READ_ONLY,
            ErrorCode.AUDIT_UNAVAILABLE,
            ErrorCode.INTERNAL);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Runs a command.
     *
     * @param version of the program
     * @return the exit status
     */
    public static int run(String version, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = line();
        line.getCommandSpec().version("tenure " + version);
        return line.setOut(out)
                .setErr(err)
                .setExitCodeExceptionMapper(Tenure::status)
                .setParameterExceptionHandler(Tenure::misunderstood)
                .setExecutionExceptionHandler((fault, command, parsed) -> {
                    if (fault instanceof TenureException || fault instanceof Refusal || fault instanceof Failure) {
                        command.getErr().println("tenure: " + fault.getMessage());
                        return status(fault);
                    }
                    throw fault;
                })
                .execute(arguments);
    }

    /** The commands. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new Tenure());
        for (Thing thing : Thing.ALL) {
            line.addSubcommand(thing.word(), ThingCommand.of(thing));
        }
        return line.addSubcommand(new LeaseCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new WaitsCommand())
                .addSubcommand(new AuditCommand())
                .addSubcommand(new ClusterCommand())
                .addSubcommand(new DevClusterCommand())
                .addSubcommand(new BackupCommand())
                .addSubcommand(new RestoreCommand())
                .addSubcommand(new VerifyBackupCommand())
                .addSubcommand(new BenchCommand())
                .addSubcommand(new TortureCommand())
                .addSubcommand(new CompletionCommand())
                .addSubcommand(new CommandLine.HelpCommand())
                .setUsageHelpWidth(100)
                .registerConverter(Duration.class, text -> checked(() -> Durations.parse("duration", text)))
                .registerConverter(Instant.class, new MomentText(Machine.clock().getZone()))
                .registerConverter(Work.class, Tenure::work)
                .registerConverter(Kind.class, text -> checked(() -> Kind.of(text)))
                .registerConverter(Name.class, text -> checked(() -> new Name(text)))
                .registerConverter(LeaseId.class, text -> checked(() -> new LeaseId(text)));
    }

    private static Work work(String text) {
        return Arrays.stream(Work.values())
                .filter(work -> work.word().equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("one of "
                        + Arrays.stream(Work.values()).map(Work::word).collect(Collectors.joining(", ")) + "; got "
                        + text));
    }

    /** A value that is not as it should be, as something that is not understood. */
    private static <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (Refusal refused) {
            throw new TypeConversionException(refused.detail());
        }
    }

    private static int status(Throwable fault) {
        if (fault instanceof Failure failure) {
            return failure.status();
        }
        if (!(fault instanceof TenureException told)) {
            return Exit.REFUSED;
        }
        ErrorCode code = told.code().orElse(null);
        if (code == ErrorCode.INVALID) {
            return Exit.USAGE;
        }
        return code == null || CANNOT_TELL.contains(code) ? Exit.CANNOT_TELL : Exit.REFUSED;
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
