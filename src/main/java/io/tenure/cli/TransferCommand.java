package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.client.TenureClient;
import io.tenure.name.Name;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenure election transfer}: hands leadership to a named candidate. */
@Command(
        name = "transfer",
        description = "Hands leadership to a candidate, past those before it in the queue.",
        footerHeading = "%nExample:%n",
        footer = "  tenure election transfer reports --to worker-8 --reason 'node is drained'")
final class TransferCommand extends Asking {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    @Option(names = "--to", required = true, paramLabel = "CANDIDATE", description = "Who is to lead. Required.")
    private String to = "";

    @Option(names = "--term", paramLabel = "TERM", description = "Only if this is the current term.")
    private @Nullable Long term;

    @Mixin
    private RevokeOptions how = new RevokeOptions();

    @Override
    void ask(TenureClient tenure, Output output) {
        ObjectNode body = how.body().put("to", to);
        if (term != null) {
            body.put("term", term);
        }
        JsonNode answer =
                tenure.api().call("POST", Thing.ELECTION.at(name, "transfer").text(), body);
        output.tell(answer, told(answer, output.shown()));
    }

    private String told(JsonNode answer, Shown shown) {
        JsonNode leader = answer.path("leader");
        if (leader.path("id").asText().equals(to)) {
            return "election " + name + ": " + Thing.ELECTION.view().line(answer, shown);
        }
        return "election " + name + ": " + Shown.text(leader.path("id")) + " is asked to end; " + to
                + " leads when it does, at " + shown.time(leader.path("expiresAt")) + " at the latest";
    }
}
