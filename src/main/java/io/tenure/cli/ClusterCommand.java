package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tenure cluster}: how the servers are, and what bounds they keep. */
@Command(
        name = "cluster",
        description = "Shows the servers, which of them is the coordinator, how well they can serve, and their limits.",
        footerHeading = "%nExample:%n",
        footer = "  tenure cluster --url http://10.0.0.1:8080,http://10.0.0.2:8080",
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = ReadOnlyCommand.class)
final class ClusterCommand extends Asking {
    @Override
    void ask(TenureClient tenure, Output output) {
        output.tell(tenure.api().get("/v1/cluster"), cluster -> tell(cluster, output));
        output.tell(tenure.api().get("/v1/limits"), limits -> {
            output.out().println();
            limits.properties().forEach(limit -> output.out().println(limit(limit.getKey(), limit.getValue())));
        });
    }

    private static void tell(JsonNode cluster, Output output) {
        output.out().println("level: " + cluster.path("level").asText());
        cluster.path("reasons").forEach(reason -> output.out().println("  " + reason.asText()));
        JsonNode outbox = cluster.path("outbox");
        output.out()
                .println("outbox: " + outbox.path("length").asText() + " records, the oldest for "
                        + Shown.millis(outbox.path("oldestMillis")));
        JsonNode coordinator = cluster.at("/coordinator/id");
        output.table(
                List.of(
                        text("SERVER", "id"),
                        text("ADDRESS", "address"),
                        text("VERSION", "version"),
                        cell("SINCE", server -> output.shown().time(server.path("since"))),
                        cell(
                                "NOTE",
                                server -> server.path("id").equals(coordinator)
                                        ? "coordinator, epoch "
                                                + cluster.at("/coordinator/epoch")
                                                        .asText()
                                        : Table.NOTHING)),
                cluster.path("servers"));
        output.table(
                List.of(text("PEER", "id"), text("ZOOKEEPER", "address"), text("ROLE", "role")),
                cluster.path("ensemble"));
    }

    /** A limit by its name in the API; what is in milliseconds as a duration. */
    private static String limit(String name, JsonNode value) {
        return name.endsWith("Millis")
                ? name.substring(0, name.length() - "Millis".length()) + ": " + Shown.millis(value)
                : name + ": " + Shown.text(value);
    }
}
