package io.tenure.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code tenure … ls} of what can be held and waited for. */
final class ListHoldsCommand extends ListCommand {
    @Option(names = "--min-held", paramLabel = "DURATION", description = "Those held for so long by now.")
    private @Nullable Duration minHeld;

    @Option(names = "--min-waiters", paramLabel = "N", description = "Those that so many wait for.")
    private @Nullable Integer minWaiters;

    ListHoldsCommand(Thing thing) {
        super(thing);
    }

    @Override
    Address filtered(Address address) {
        return address.with("minHeld", minHeld).with("minWaiters", minWaiters);
    }
}
