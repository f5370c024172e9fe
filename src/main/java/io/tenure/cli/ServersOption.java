package io.tenure.cli;

import io.tenure.client.TenureClient;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Which servers a command asks. */
final class ServersOption {
    @Option(
            names = "--url",
            order = 100,
            split = ",",
            paramLabel = "URL",
            defaultValue = "${env:TENURE_URL:-http://127.0.0.1:8080}",
            description = "Base URLs of the servers; another is asked when one does not answer."
                    + " Default: TENURE_URL, else port 8080 of this machine")
    private List<URI> servers = List.of();

    /** Their base URLs, at least one. */
    List<URI> urls() {
        return servers;
    }

    /** A client of them, to be closed. */
    TenureClient connect() {
        return builder().build();
    }

    /** A client of them to say more about. */
    TenureClient.Builder builder() {
        return TenureClient.builder().servers(servers);
    }
}
