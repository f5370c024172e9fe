package io.tenure.cli;

import io.tenure.client.TenureClient;
import io.tenure.name.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenure … check}: whether a fencing token is current. */
@Command(name = "check")
final class CheckCommand extends Asking {
    private final Thing thing;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    @Parameters(paramLabel = "TOKEN", description = "The fencing token.")
    private long token;

    CheckCommand(Thing thing) {
        this.thing = thing;
    }

    @Override
    void ask(TenureClient tenure, Output output) {
        output.tell(
                tenure.api().get(thing.at(name, "tokens/" + token).text()),
                answer -> output.out()
                        .println("token " + token + " of " + thing.title() + " " + name + " is current until "
                                + output.shown().time(answer.path("expiresAt")) + ", unless its lease "
                                + Shown.text(answer.path("lease")) + " is renewed or ends"));
    }
}
