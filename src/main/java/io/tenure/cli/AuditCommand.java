package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.figure;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tenure audit}: the audit log. */
@Command(
        name = "audit",
        description = "Looks things up in the audit log.",
        subcommands = {AuditCommand.Tenures.class, AuditCommand.Events.class, AuditCommand.Holders.class})
final class AuditCommand extends Group {
    /** What they have in common. */
    abstract static class Questions extends Asking {
        @Mixin
        private AuditOptions options = new AuditOptions();

        @Mixin
        private PageOptions pages = new PageOptions();

        @Override
        final void ask(TenureClient tenure, Output output) {
            JsonNode last =
                    pages.show(tenure.api(), output, narrow(options.narrow(address())), columns(output.shown()));
            if (!last.path("complete").asBoolean(true)) {
                output.remark("what is newer than " + output.shown().time(last.path("recordedUntil"))
                        + " may not be recorded yet");
            }
        }

        abstract Address address();

        abstract List<Column> columns(Shown shown);

        abstract Address narrow(Address address);
    }

    private static List<Column> tenures(Shown shown) {
        return List.of(
                number("TENURE", "tenure"),
                text("KIND", "kind"),
                text("NAME", "name"),
                text("OWNER", "owner"),
                number("TOKEN", "token"),
                cell("GRANTED", tenure -> shown.time(tenure.path("grantedAt"))),
                cell("ENDED", tenure -> shown.time(tenure.path("endedAt"))),
                figure("WAITED", tenure -> Shown.millis(tenure.path("waitedMillis"))),
                figure("HELD", tenure -> Shown.millis(tenure.path("heldMillis"))),
                text("ENDED BY", "endedBy"),
                text("REASON", "reason"));
    }

    /** {@code tenure audit tenures}. */
    @Command(
            name = "tenures",
            abbreviateSynopsis = true,
            description = "Who held what, from when to when; those that still go on included.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  tenure audit tenures --name nightly --from 2026-11-22",
                "  tenure audit tenures --open --min-held 1h --all"
            })
    static final class Tenures extends Questions {
        @Mixin
        private AuditOptions.More more = new AuditOptions.More();

        @Option(names = "--open", description = "Those that still go on.")
        private boolean open;

        @Option(names = "--ended", description = "Those that have ended.")
        private boolean ended;

        @Option(names = "--min-held", paramLabel = "DURATION", description = "Held for so long.")
        private @Nullable Duration minHeld;

        @Option(names = "--min-waited", paramLabel = "DURATION", description = "Waited for so long.")
        private @Nullable Duration minWaited;

        @Option(
                names = "--on",
                paramLabel = "WORD",
                description = "What must lie between --from and --to: granted, ended or overlaps. Default: overlaps")
        private @Nullable String on;

        @Override
        Address address() {
            return new Address("/v1/audit/tenures");
        }

        @Override
        List<Column> columns(Shown shown) {
            return tenures(shown);
        }

        @Override
        Address narrow(Address address) {
            return more.narrow(address)
                    .with("open", open == ended ? null : open)
                    .with("minHeld", minHeld)
                    .with("minWaited", minWaited)
                    .with("on", on);
        }
    }

    /** {@code tenure audit events}. */
    @Command(
            name = "events",
            abbreviateSynopsis = true,
            description = "What happened, one thing after the other.",
            footerHeading = "%nExample:%n",
            footer = "  tenure audit events --name nightly --action ENDED --ended-by EXPIRED --oldest --all")
    static final class Events extends Questions {
        @Mixin
        private AuditOptions.More more = new AuditOptions.More();

        @Option(
                names = "--action",
                paramLabel = "WORD",
                description = "QUEUED, GRANTED, ENDED, LEFT_QUEUE, REVOKING, DOWNGRADED, TRANSFERRED, VALUE_CHANGED or"
                        + " PERMITS_CHANGED.")
        private List<String> actions = List.of();

        @Override
        Address address() {
            return new Address("/v1/audit/events");
        }

        @Override
        List<Column> columns(Shown shown) {
            return List.of(
                    number("NUMBER", "number"),
                    cell("AT", event -> shown.time(event.path("at"))),
                    text("ACTION", "action"),
                    text("KIND", "kind"),
                    text("NAME", "name"),
                    text("OWNER", "owner"),
                    number("TOKEN", "token"),
                    text("ENDED BY", "endedBy"),
                    text("REASON", "reason"));
        }

        @Override
        Address narrow(Address address) {
            return more.narrow(address).withEach("action", actions);
        }
    }

    /** {@code tenure audit holders}. */
    @Command(
            name = "holders",
            description = "Who held it at a moment.",
            footerHeading = "%nExample:%n",
            footer = "  tenure audit holders --at '2026-11-22 02:14' --name nightly")
    static final class Holders extends Questions {
        @Option(
                names = "--at",
                required = true,
                paramLabel = "TIME",
                description = "When: 2026-11-22, '2026-11-22 02:14', or a time with its offset. Required.")
        private Instant at = Instant.EPOCH;

        @Override
        Address address() {
            return new Address("/v1/audit/holders").with("at", at);
        }

        @Override
        List<Column> columns(Shown shown) {
            return tenures(shown);
        }

        @Override
        Address narrow(Address address) {
            return address;
        }
    }
}
