package io.tenure.queue;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Timers;
import io.tenure.lease.Abandoned;
import io.tenure.lease.Admission;
import io.tenure.lease.Ender;
import io.tenure.lease.Endings;
import io.tenure.lease.Hanging;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Renewals;
import java.util.function.Supplier;

/**
 * What taking a place, waiting and granting need of the floors below.
 *
 * @param freed the names that were given back through this server
 * @param nonces a new text at each call that no other request of any server has
 */
public record Means(
        LeaseNodes nodes,
        Ender ender,
        Endings endings,
        Renewals renewals,
        Abandoned abandoned,
        Hanging hanging,
        Admission admission,
        Timers timers,
        Freed freed,
        Supplier<String> nonces) {
    Coordination store() {
        return nodes.store();
    }
}
