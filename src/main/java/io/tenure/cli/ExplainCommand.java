package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenure … explain}: what one who waits waits for. */
@Command(name = "explain")
final class ExplainCommand extends Asking {
    private final Thing thing;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    @Option(names = "--lease", paramLabel = "ID", description = "Whose place is asked about. Default: whoever came now")
    private @Nullable LeaseId lease;

    ExplainCommand(Thing thing) {
        this.thing = thing;
    }

    @Override
    void ask(TenureClient tenure, Output output) {
        Address address = thing.at(name, "explain").with("lease", lease);
        output.tell(tenure.api().get(address.text()), answer -> explain(answer, output));
    }

    private static void explain(JsonNode answer, Output output) {
        output.out().println(answer.path("detail").asText());
        Shown shown = output.shown();
        output.table(
                List.of(
                        number("PLACE", "position"),
                        text("AHEAD", "owner"),
                        text("LEASE", "lease"),
                        text("STATE", "state"),
                        cell("SINCE", ahead -> shown.time(ahead.path("since"))),
                        cell("EXPIRES", ahead -> shown.time(ahead.path("expiresAt"))),
                        cell("AT MOST UNTIL", ahead -> shown.time(ahead.path("maxHoldUntil"))),
                        text("REASON", "reason"),
                        cell("NOTE", View::note)),
                answer.path("ahead"));
    }
}
