package io.tenure.simulation;

import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Rule 6: several at once are granted in one write or not at all. A lease that was made for holds is granted all that it waits for when
 * it is granted the first of them; what it is attached to later it may get one by one.
 */
final class Together implements Invariant {
    /** The leases that have been granted something. */
    private final NavigableSet<String> granted = new TreeSet<>();

    @Override
    public void after(Step step) {
        step.leases().forEach((lease, change) -> {
            LeaseView after = change.after();
            if (after == null) {
                granted.remove(lease);
            } else if (!after.bare() && !change.became("HELD").isEmpty() && granted.add(lease) && after.waits()) {
                throw new Violation("rule 6: " + lease + " was granted " + after.in("HELD") + " and not "
                        + after.in("QUEUED") + ", which it wanted together");
            }
        });
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        granted.addAll(leases.keySet());
    }
}
