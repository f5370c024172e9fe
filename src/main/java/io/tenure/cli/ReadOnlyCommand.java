package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenure cluster read-only}: for maintenance. */
@Command(
        name = "read-only",
        description = "Lets nothing new be granted while renewals and releases go on, for maintenance.",
        subcommands = {ReadOnlyCommand.On.class, ReadOnlyCommand.Off.class})
final class ReadOnlyCommand extends Group {
    private static final String PATH = "/v1/cluster/read-only";

    private static void tell(JsonNode answer, Output output) {
        Shown shown = output.shown();
        output.tell(
                answer,
                answer.path("readOnly").asBoolean()
                        ? "read-only since " + shown.time(answer.path("since")) + ", by "
                                + Shown.text(answer.path("by")) + ": " + Shown.text(answer.path("reason"))
                        : "not read-only");
    }

    /** {@code tenure cluster read-only on}. */
    @Command(
            name = "on",
            description = {
                "Grants nothing new from now on: no leases, locks, places in a queue or offices. What there is may be renewed and"
                        + " ended, and who waits keeps its place.",
                "Where it is so already nothing changes; the answer says since when, by whom and why."
            },
            footerHeading = "%nExample:%n",
            footer = "  tenure cluster read-only on --reason 'new disks'")
    static final class On extends Asking {
        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why, for whoever is refused. Required.")
        private String reason = "";

        @Option(
                names = "--by",
                paramLabel = "TEXT",
                defaultValue = "${sys:user.name}",
                description = "Who does it. Default: the name of the user")
        private @Nullable String by;

        @Override
        void ask(TenureClient tenure, Output output) {
            tell(
                    tenure.api()
                            .call(
                                    "PUT",
                                    PATH,
                                    instance.objectNode().put("reason", reason).put("by", by)),
                    output);
        }
    }

    /** {@code tenure cluster read-only off}. */
    @Command(
            name = "off",
            description = "Grants again: the first in each queue at once.",
            footerHeading = "%nExample:%n",
            footer = "  tenure cluster read-only off")
    static final class Off extends Asking {
        @Override
        void ask(TenureClient tenure, Output output) {
            tell(tenure.api().call("DELETE", PATH, null), output);
        }
    }
}
