package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;
import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.figure;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import io.tenure.name.Durations;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenure lease}: leases by their ids. */
@Command(
        name = "lease",
        description = "Shows, renews and ends leases.",
        subcommands = {
            LeaseCommand.Show.class,
            LeaseCommand.Renew.class,
            LeaseCommand.Release.class,
            LeaseCommand.Revoke.class
        })
final class LeaseCommand extends Group {
    /** How a lease is, in one line. */
    static String line(JsonNode lease, Shown shown) {
        String until = ", until " + shown.time(lease.path("expiresAt"));
        return switch (lease.path("state").asText()) {
            case "LIVE" -> "live" + until;
            case "REVOKING" ->
                "asked to end by " + Shown.text(lease.path("revokedBy")) + " (" + Shown.text(lease.path("reason")) + ")"
                        + until;
            default -> "ended: " + Shown.text(lease.path("endedBy")) + " at " + shown.time(lease.path("endedAt"));
        };
    }

    /** What each of them is about. */
    abstract static class OfOne extends Asking {
        @Parameters(paramLabel = "ID", description = "The lease's id.")
        private @Nullable LeaseId lease;

        /** Where it is in the API. */
        Address at(String more) {
            return new Address("/v1/leases/" + lease + more);
        }

        /** What it is called. */
        String called() {
            return "lease " + lease;
        }
    }

    /** {@code tenure lease show}. */
    @Command(
            name = "show",
            description = "Shows a lease and what it holds.",
            footerHeading = "%nExample:%n",
            footer = "  tenure lease show 4f1c2a3e-90ab-4cde-8f01-23456789abcd")
    static final class Show extends OfOne {
        @Override
        void ask(TenureClient tenure, Output output) {
            output.tell(tenure.api().get(at("").text()), answer -> show(answer, output));
        }

        private void show(JsonNode lease, Output output) {
            Shown shown = output.shown();
            output.out().println(called() + ": " + line(lease, shown));
            output.table(
                    List.of(
                            text("OWNER", "owner"),
                            figure("TTL", one -> Shown.millis(one.path("ttlMillis"))),
                            cell("GRANTED", one -> shown.time(one.path("grantedAt"))),
                            cell("RENEWED", one -> shown.time(one.path("renewedAt"))),
                            cell("EXPIRES", one -> shown.time(one.path("expiresAt")))),
                    View.list(lease));
            output.table(
                    List.of(
                            text("HOLDS", "kind"),
                            text("NAME", "name"),
                            text("STATE", "state"),
                            number("TOKEN", "fencingToken")),
                    lease.path("holds"));
        }
    }

    /** {@code tenure lease renew}. */
    @Command(
            name = "renew",
            description = "Renews a lease once.",
            footerHeading = "%nExample:%n",
            footer = "  tenure lease renew 4f1c2a3e-90ab-4cde-8f01-23456789abcd --ttl 10m")
    static final class Renew extends OfOne {
        @Option(names = "--ttl", paramLabel = "DURATION", description = "Its TTL from now on. Default: as it was")
        private @Nullable Duration ttl;

        @Override
        void ask(TenureClient tenure, Output output) {
            JsonNode body = ttl == null ? null : instance.objectNode().put("ttl", Durations.text(ttl));
            JsonNode answer = tenure.api().call("POST", at("/renew").text(), body);
            output.tell(
                    answer,
                    called() + ": live for " + Shown.millis(answer.path("validForMillis")) + ", until "
                            + output.shown().time(answer.path("expiresAt")));
        }
    }

    /** {@code tenure lease release}. */
    @Command(
            name = "release",
            description = "Ends a lease of one's own, and all that it holds.",
            footerHeading = "%nExample:%n",
            footer = "  tenure lease release 4f1c2a3e-90ab-4cde-8f01-23456789abcd")
    static final class Release extends OfOne {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
        private @Nullable String reason;

        @Override
        void ask(TenureClient tenure, Output output) {
            JsonNode answer =
                    tenure.api().call("DELETE", at("").with("reason", reason).text(), null);
            int holds = answer.path("holds").size();
            output.tell(answer, called() + ": released, with " + holds + (holds == 1 ? " hold" : " holds"));
        }
    }

    /** {@code tenure lease revoke}. */
    @Command(
            name = "revoke",
            description = "Ends another's lease, and all that it holds.",
            footerHeading = "%nExample:%n",
            footer = "  tenure lease revoke 4f1c2a3e-90ab-4cde-8f01-23456789abcd --reason INC-1")
    static final class Revoke extends OfOne {
        @Mixin
        private RevokeOptions how = new RevokeOptions();

        @Override
        void ask(TenureClient tenure, Output output) {
            JsonNode answer = tenure.api().call("POST", at("/revoke").text(), how.body());
            output.tell(answer, RevokeCommand.revoked(called(), answer, output.shown()));
        }
    }
}
