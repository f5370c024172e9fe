package io.tenure.simulation;

import java.util.List;

/**
 * A hold is told to be lost only when its place, or one of its places, is not in the queue any more: the end of one that stands
 * removes them, and is no loss.
 */
final class LostWasGone implements Invariant {
    @Override
    public void after(Step step) {
        for (RecordView record : step.records()) {
            if (record.endedBy().equals("LOST")) {
                List<HoldView> stood = record.holds().stream()
                        .filter(hold -> step.placesGone().stream()
                                        .filter(place -> Recipe.lease(place).equals(record.lease())
                                                && Thing.ofPlace(place).equals(hold.name()))
                                        .count()
                                == hold.count())
                        .toList();
                if (stood.size() == record.holds().size()) {
                    throw new Violation("rule 7: " + record.lease() + " was told to have lost " + record.holds()
                            + ", whose places stood");
                }
            }
        }
    }
}
