package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How another's right is ended: why, by whom, and how fast. */
final class RevokeOptions {
    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the audit log. Required.")
    private String reason = "";

    @Option(
            names = "--by",
            paramLabel = "TEXT",
            defaultValue = "${sys:user.name}",
            description = "Who does it, for the audit log. Default: the name of the user")
    private @Nullable String by;

    @Option(
            names = "--immediately",
            description =
                    "At once, while the holder may still work. Without it the holder's renewals are refused, and it ends when"
                            + " what the holder was told has run out.")
    private boolean immediately;

    /** What is sent. */
    ObjectNode body() {
        return instance.objectNode().put("reason", reason).put("by", by).put("immediately", immediately);
    }
}
