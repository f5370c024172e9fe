package io.tenure.cli;

import io.tenure.client.TenureClient;
import io.tenure.name.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenure … show}: who has it and who waits. */
@Command(name = "show")
final class ShowCommand extends Asking {
    private final Thing thing;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    ShowCommand(Thing thing) {
        this.thing = thing;
    }

    @Override
    void ask(TenureClient tenure, Output output) {
        output.tell(tenure.api().get(thing.at(name).text()), answer -> {
            output.out()
                    .println(thing.title() + " " + name + ": " + thing.view().line(answer, output.shown()));
            thing.view().details(answer, output);
        });
    }
}
