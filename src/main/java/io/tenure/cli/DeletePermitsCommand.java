package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import io.tenure.name.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenure semaphore delete}: no permits any more. */
@Command(
        name = "delete",
        description = "Takes all permits from a semaphore that nobody holds or waits for.",
        footerHeading = "%nExample:%n",
        footer = "  tenure semaphore delete bulk")
final class DeletePermitsCommand extends Asking {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    private Name name = new Name("none");

    @Override
    void ask(TenureClient tenure, Output output) {
        JsonNode answer = tenure.api().call("DELETE", Thing.SEMAPHORE.at(name).text(), null);
        output.tell(answer, PermitsCommand.told(answer));
    }
}
