package io.tenure.simulation;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what has happened in the schedules so far: a simulation that never reaches a situation shows nothing about it. */
final class Tally implements Invariant {
    private final Map<String, Long> counts = new TreeMap<>();

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** Adds what another has counted. */
    void add(Tally other) {
        other.counts.forEach((what, times) -> counts.merge(what, times, Long::sum));
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    Map<String, Long> all() {
        return counts;
    }

    @Override
    public void after(Step step) {
        if (!step.transaction().done()) {
            return;
        }
        step.records()
                .forEach(record -> count(record.action()
                        + " "
                        + record.endedBy()
                        + (record.reason().equals("maxHold") ? " maxHold" : "")));
        step.records().stream()
                .filter(record -> isClosedBy(record, step.leases().get(record.lease())))
                .forEach(record -> count("closed after " + record.endedBy()));
        step.leases().values().forEach(change -> {
            change.became("HELD").forEach(thing -> count("granted " + thing.substring(0, thing.indexOf('/'))));
            if (!change.became("HELD").isEmpty()) {
                count(change.before() == null ? "granted at once" : "granted after waiting");
            }
            if (change.before() != null
                    && change.after() != null
                    && change.became("HELD").isEmpty()) {
                count("written again");
            }
        });
    }

    private static boolean isClosedBy(RecordView record, Step.@Nullable LeaseChange change) {
        return change != null && change.became("DELAYED").stream().anyMatch(thing -> record.tellsOf(thing));
    }
}
