package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenure waits}: who waits for whom. */
@Command(
        name = "waits",
        description = "Shows who waits for whom, and first of all those who wait for each other.",
        footerHeading = "%nExample:%n",
        footer = "  tenure waits --prefix acct-")
final class WaitsCommand extends Asking {
    @Option(names = "--prefix", paramLabel = "TEXT", description = "Look at nothing else than names that begin so.")
    private @Nullable String prefix;

    @Option(names = "--limit", paramLabel = "N", description = "How many are shown, 1 to 1000. Default: 100")
    private @Nullable Integer limit;

    @Override
    void ask(TenureClient tenure, Output output) {
        Address address = new Address("/v1/waits").with("prefix", prefix).with("limit", limit);
        output.tell(tenure.api().get(address.text()), waits -> tell(waits, output));
    }

    private static void tell(JsonNode waits, Output output) {
        waits.path("cycles")
                .forEach(cycle ->
                        output.out().println("cycle: " + cycle.path("detail").asText()));
        int waiting = waits.path("waiting").asInt();
        output.out().println(waiting == 0 ? "nobody waits" : waiting + (waiting == 1 ? " waits" : " wait"));
        output.table(
                List.of(
                        text("KIND", "kind"),
                        text("NAME", "name"),
                        number("PLACE", "position"),
                        text("WAITER", "owner"),
                        text("LEASE", "lease"),
                        cell("SINCE", wait -> output.shown().time(wait.path("since"))),
                        cell("BEHIND", WaitsCommand::behind),
                        cell("NOTE", View::note)),
                waits.path("items"));
        if (!waits.path("complete").asBoolean(true)) {
            output.remark("there is more than was looked at; --prefix looks at less");
        }
    }

    /** The first, and how many more. */
    private static String behind(JsonNode wait) {
        JsonNode behind = wait.path("behind");
        String first = Shown.text(behind.path(0));
        return behind.size() > 1 ? first + " and " + (behind.size() - 1) + " more" : first;
    }
}
