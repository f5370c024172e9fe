package io.tenure.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * Rule 10: a name whose hold asked for it stays closed for as long. When the hold expires, its places stand until {@code lockDelay}
 * has passed since then; when it expires or is given back, until {@code minHold} has passed since its grant. While they stand nobody
 * behind them is entitled, natives counted, so nobody is granted ({@link Entitled}). A hold that is given back and has not asked for a
 * {@code minHold} opens its name at once.
 *
 * <p>Measured in the world's true time, as {@link NeverEarly} does. Places that a stranger removes are excused.
 */
final class StaysClosed implements Invariant {
    /** When each hold was granted, by {@code <lease> <kind>/<name>}. */
    private final Map<String, Long> granted = new TreeMap<>();
    /** Until when each hold that has ended keeps its places. */
    private final Map<String, Long> closed = new TreeMap<>();

    @Override
    public void after(Step step) {
        long now = step.transaction().nanos();
        for (RecordView record : step.records()) {
            Step.LeaseChange change = step.leases().get(record.lease());
            if (change != null && record.action().equals("ENDED")) {
                change.ceased("HELD").forEach(thing -> end(record, change, thing, now));
            }
        }
        step.leases()
                .forEach((lease, change) ->
                        change.became("HELD").forEach(thing -> granted.put(key(lease, thing), now)));
        for (String place : step.placesGone()) {
            gone(key(Recipe.lease(place), Thing.ofPlace(place)), step.transaction());
        }
    }

    private void end(RecordView record, Step.LeaseChange change, String thing, long now) {
        LeaseView before = change.before();
        if (before == null || !record.tellsOf(thing)) {
            return;
        }
        String key = key(record.lease(), thing);
        Long from = granted.remove(key);
        HoldView hold = before.hold(thing);
        boolean expired = record.endedBy().equals("EXPIRED");
        boolean givenBack =
                record.endedBy().equals("RELEASED") || record.endedBy().equals("RESIGNED");
        Long minHold = hold.minHoldMillis();
        Long lockDelay = hold.lockDelayMillis();
        if (minHold != null && from != null && (expired || givenBack)) {
            closed.put(key, from + minHold * 1_000_000);
        }
        if (lockDelay != null && expired) {
            closed.merge(key, now + lockDelay * 1_000_000, Math::max);
        }
        if (minHold == null && givenBack && change.are("DELAYED").contains(thing)) {
            throw new Violation("rule 10: " + key + " was given back, and stays closed");
        }
    }

    private void gone(String key, Transaction transaction) {
        Long until = closed.get(key);
        if (until == null) {
            return;
        }
        if (transaction.session() == Stranger.SESSION) {
            closed.remove(key);
        } else if (transaction.nanos() < until) {
            throw new Violation("rule 10: " + key + " was to stay closed for another "
                    + (until - transaction.nanos()) / 1_000_000 + " ms, and opens");
        }
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        granted.clear();
        closed.keySet().removeIf(key -> {
            int space = key.indexOf(' ');
            LeaseView lease = leases.get(key.substring(0, space));
            return lease == null || !lease.in("DELAYED").contains(key.substring(space + 1));
        });
    }

    private static String key(String lease, String thing) {
        return lease + " " + thing;
    }
}
