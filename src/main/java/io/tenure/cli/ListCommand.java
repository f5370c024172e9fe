package io.tenure.cli;

import io.tenure.client.TenureClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tenure … ls}: those that are in use, by name. */
@Command(name = "ls")
class ListCommand extends Asking {
    private final Thing thing;

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Those whose name begins so.")
    private @Nullable String prefix;

    @Mixin
    private PageOptions pages = new PageOptions();

    ListCommand(Thing thing) {
        this.thing = thing;
    }

    @Override
    void ask(TenureClient tenure, Output output) {
        pages.show(
                tenure.api(),
                output,
                filtered(thing.all().with("prefix", prefix)),
                thing.view().columns(output.shown()));
    }

    /** With what else is filtered by. */
    Address filtered(Address address) {
        return address;
    }
}
