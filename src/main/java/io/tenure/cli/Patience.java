package io.tenure.cli;

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
                Shown shown = Shown.by(Machine.clock());
                err.println(what + ": "
                        + thing.view().line(tenure.api().get(thing.at(name).text()), shown));
            } catch (TenureException away) {
                err.println(what + ", and goes on trying: " + away.getMessage());
            }
        });
    }
}
