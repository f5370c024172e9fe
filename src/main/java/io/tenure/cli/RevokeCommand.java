package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenure … revoke}: ends what another holds. */
@Command(name = "revoke")
final class RevokeCommand extends Asking {
    private final Thing thing;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    @Option(names = "--lease", required = true, paramLabel = "ID", description = "Whose hold or place. Required.")
    private @Nullable LeaseId lease;

    @Mixin
    private RevokeOptions how = new RevokeOptions();

    RevokeCommand(Thing thing) {
        this.thing = thing;
    }

    @Override
    void ask(TenureClient tenure, Output output) {
        JsonNode answer = tenure.api()
                .call("POST", thing.at(name, "holds/" + lease + "/revoke").text(), how.body());
        output.tell(answer, revoked(thing.title() + " " + name, answer, output.shown()));
    }

    /** What the servers have answered to somebody who has ended another's right. */
    static String revoked(String what, JsonNode answer, Shown shown) {
        String state = answer.path("state").asText();
        if (state.equals("ENDED")) {
            return what + ": ended";
        }
        String until = shown.time(answer.path("expiresAt"));
        return what + ": " + Shown.text(answer.path("owner")) + " is asked to end"
                + (until.equals(Table.NOTHING) ? "" : ", and loses it at " + until);
    }
}
