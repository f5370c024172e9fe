package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import io.tenure.name.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenure semaphore set}: how many permits it has. */
@Command(
        name = "set",
        description = "Says how many permits a semaphore has.",
        footerHeading = "%nExample:%n",
        footer = "  tenure semaphore set bulk 5")
final class PermitsCommand extends Asking {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    @Parameters(
            paramLabel = "PERMITS",
            description = "How many, 1 to 10000. What is out above that stays out until it ends.")
    private int permits;

    @Override
    void ask(TenureClient tenure, Output output) {
        JsonNode answer = tenure.api()
                .call(
                        "PUT",
                        Thing.SEMAPHORE.at(name).text(),
                        instance.objectNode().put("permits", permits));
        output.tell(answer, told(answer));
    }

    /** How many there are now. */
    static String told(JsonNode answer) {
        long permits = answer.path("permits").asLong();
        String before = answer.has("before")
                ? ", before it had " + answer.path("before").asLong()
                : "";
        String has = permits == 1 ? "1 permit" : (permits == 0 ? "no" : permits) + " permits";
        return "semaphore " + Shown.text(answer.path("name")) + " has " + has + before;
    }
}
