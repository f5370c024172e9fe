package io.tenure.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tenure lock}, {@code tenure rwlock}, {@code tenure semaphore}, {@code tenure election}: what can be asked and done about one. */
@Command(synopsisSubcommandLabel = "COMMAND")
final class ThingCommand extends Group {
    private ThingCommand() {}

    /** The commands for a kind. */
    static CommandLine of(Thing thing) {
        String one = thing.oneTitle();
        CommandLine line = new CommandLine(new ThingCommand());
        describe(line, "Shows and mends " + thing.title() + "s.");
        boolean held = thing.isHeld();
        add(
                line,
                held ? new ListHoldsCommand(thing) : new ListCommand(thing),
                "Lists the " + thing.title() + "s that are in use, by name.",
                held ? "ls --min-held 1h --min-waiters 5" : "ls --prefix reports");
        add(line, new ShowCommand(thing), "Shows " + one + ": who has it, and who waits for it.", "show nightly");
        add(
                line,
                new ExplainCommand(thing),
                "Says what one who waits for " + one + " waits for, and how long that may be.",
                "explain nightly --lease 4f1c2a3e-90ab-4cde-8f01-23456789abcd");
        if (held) {
            add(
                    line,
                    new RevokeCommand(thing),
                    "Ends what another holds of " + one + ", or its place.",
                    "revoke nightly --lease 4f1c2a3e-90ab-4cde-8f01-23456789abcd --reason INC-1");
        }
        add(
                line,
                new CheckCommand(thing),
                held
                        ? "Checks whether a fencing token of " + one + " is current; status 1 when it is not."
                        : "Checks whether a term of an election is current; status 1 when it is not.",
                "check nightly 4294967312");
        if (thing.equals(Thing.SEMAPHORE)) {
            line.addSubcommand(new PermitsCommand()).addSubcommand(new DeletePermitsCommand());
        }
        return thing.equals(Thing.ELECTION) ? line.addSubcommand(new TransferCommand()) : line;
    }

    private static void add(CommandLine line, Asking command, String description, String example) {
        CommandLine added = new CommandLine(command);
        describe(added, description);
        added.getCommandSpec()
                .usageMessage()
                .footerHeading("%nExample:%n")
                .footer("  tenure ${PARENT-COMMAND-NAME} " + example);
        line.addSubcommand(added);
    }

    private static void describe(CommandLine line, String description) {
        line.getCommandSpec().usageMessage().description(description);
    }
}
