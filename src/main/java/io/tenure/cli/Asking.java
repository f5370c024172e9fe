package io.tenure.cli;

import io.tenure.client.TenureClient;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks the servers something, and tells what they answered. */
@Command(sortOptions = false)
abstract class Asking implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServersOption servers = new ServersOption();

    @Option(names = "--json", order = 101, description = "Print what the server answers, as JSON, one document a line.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            order = 102,
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public final Integer call() throws InterruptedException {
        Output output =
                new Output(spec.commandLine().getOut(), spec.commandLine().getErr(), json, Shown.by(Machine.clock()));
        try (TenureClient tenure = servers.connect()) {
            ask(tenure, output);
        }
        return Exit.OK;
    }

    /** The servers that are asked. */
    final List<URI> urls() {
        return servers.urls();
    }

    /** What is to be said when the command line is not understood after all. */
    final ParameterException misunderstood(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Asks, and tells. */
    abstract void ask(TenureClient tenure, Output output) throws InterruptedException;
}
