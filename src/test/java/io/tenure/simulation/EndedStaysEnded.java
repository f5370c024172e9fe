package io.tenure.simulation;

import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Invariant 6, the part about successors: a lease id that the client chose and that has ended is never granted anything again. */
final class EndedStaysEnded implements Invariant {
    private final NavigableSet<String> ended = new TreeSet<>();

    @Override
    public void after(Step step) {
        step.leases().forEach((lease, change) -> {
            LeaseView before = change.before();
            LeaseView after = change.after();
            boolean lived = before != null && !before.ended();
            boolean lives = after != null && !after.ended();
            if (lives && !lived && ended.contains(lease)) {
                throw new Violation("invariant 6: " + lease + " had ended and lives again");
            }
            if (lived && !lives && before != null && before.named()) {
                ended.add(lease);
            }
        });
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        // what ended since then has not ended
        ended.clear();
    }
}
