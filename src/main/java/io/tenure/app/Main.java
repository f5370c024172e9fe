package io.tenure.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.cli.Tenure;
import java.io.PrintWriter;
import java.util.Set;

/**
 * The program: {@code server config.yml} and {@code check config.yml}; everything else is for the {@linkplain Tenure command line}. By
 * itself, so that a command of a moment loads nothing of the server.
 */
public final class Main {
    private static final Set<String> SERVER_COMMANDS = Set.of("server", "check");

    private Main() {}

    /** Runs what the arguments say. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && SERVER_COMMANDS.contains(args[0])) {
            new TenureApplication().run(args);
            return;
        }
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        System.exit(Tenure.run(Version.TEXT, out, err, args));
    }
}
