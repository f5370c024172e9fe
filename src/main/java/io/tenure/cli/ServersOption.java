package io.tenure.cli;

import io.tenure.client.TenureClient;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which servers a command asks. */
final class ServersOption {
    @Option(
            names = "--url",
            order = 100,
            split = ",",
            paramLabel = "URL",
            defaultValue = "${env:TENURE_URL:-http://127.0.0.1:${env:TENURE_PORT:-8080}}",
            description = "Base URLs of the servers; another is asked when one does not answer."
                    + " Default: TENURE_URL, else this machine at port TENURE_PORT, else 8080")
    private List<URI> servers = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** Their base URLs, at least one. */
    List<URI> urls() {
        return servers;
    }

    /** A client of them, to be closed. */
    TenureClient connect() {
        try {
            return TenureClient.builder().servers(servers).build();
        } catch (IllegalArgumentException noServers) {
            throw new ParameterException(command.commandLine(), "--url: " + noServers.getMessage());
        }
    }
}
