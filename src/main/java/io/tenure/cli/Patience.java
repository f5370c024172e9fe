package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.TenureClient;
import io.tenure.client.TenureException;
import io.tenure.name.Name;
import java.io.PrintWriter;
import java.time.Duration;

/** Says what is waited for, once, when that takes longer than a moment: nobody should have to guess why nothing happens. */
final class Patience {
    private static final Duration MOMENT = Duration.ofSeconds(2);

    private Patience() {}

    /** From now on, until it is cancelled because nobody waits any more. */
    static Machine.Later with(TenureClient tenure, Thing thing, Name name, PrintWriter err) {
        return Machine.after(MOMENT, () -> {
            String what = "tenure: waits for " + thing.title() + " " + name;
            try {
                JsonNode cluster = tenure.api().get("/v1/cluster");
                if (cluster.path("level").asText().equals("READ_ONLY")) {
                    err.println(what + ", and goes on trying: "
                            + cluster.path("reasons").path(0).asText());
                    return;
                }
                Shown shown = Shown.by(Machine.clock());
                err.println(what + ": "
                        + thing.view().line(tenure.api().get(thing.at(name).text()), shown));
            } catch (TenureException away) {
                err.println(what + ", and goes on trying: " + away.getMessage());
            }
        });
    }
}
