package io.tenure.simulation;

import io.tenure.coordination.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One transaction in the words of the domain: which leases it changed, which records it wrote, which places it made and removed.
 *
 * @param transaction the transaction
 * @param leases the leases it touched, by id
 * @param records the audit records it created
 * @param placesMade paths of queue nodes that are there after it and were not before
 * @param placesGone paths of queue nodes that were there before it and are not after
 */
public record Step(
        Transaction transaction,
        Map<String, LeaseChange> leases,
        List<RecordView> records,
        List<String> placesMade,
        List<String> placesGone) {
    /**
     * A lease before and after.
     *
     * @param before null when it was not there
     * @param after null when it is gone
     * @param writtenAt the true time of the write before this one, in nanoseconds; meaningless when there was none
     */
    public record LeaseChange(
            @Nullable LeaseView before, @Nullable LeaseView after, long writtenAt) {
        /** What there is of it, before and after. */
        List<LeaseView> views() {
            return Stream.of(Optional.ofNullable(before), Optional.ofNullable(after))
                    .flatMap(Optional::stream)
                    .toList();
        }

        List<String> were(String state) {
            return before == null ? List.of() : before.in(state);
        }

        List<String> are(String state) {
            return after == null ? List.of() : after.in(state);
        }

        /** The holds that are in this state after the write and were not before. */
        List<String> became(String state) {
            return without(are(state), were(state));
        }

        /** The holds that were in this state before the write and are not after. */
        List<String> ceased(String state) {
            return without(were(state), are(state));
        }

        private static List<String> without(List<String> names, List<String> others) {
            List<String> rest = new ArrayList<>(names);
            rest.removeAll(others);
            return rest;
        }
    }

    /** Whether the transaction did nothing that an invariant speaks of. */
    boolean quiet() {
        return leases.isEmpty() && records.isEmpty() && placesMade.isEmpty() && placesGone.isEmpty();
    }

    /** A line for whoever reads the trace. */
    String told() {
        StringBuilder line = new StringBuilder("zxid " + (transaction.zxid() & 0xffffffffL));
        leases.forEach((id, change) -> line.append(" L ")
                .append(id, 0, 8)
                .append(' ')
                .append(change.before() == null ? "-" : change.before().holds().values())
                .append(" -> ")
                .append(change.after() == null ? "-" : change.after().holds().values()));
        records.forEach(record -> line.append(" R ").append(record.action()).append(record.endedBy()));
        placesMade.forEach(place -> line.append(" +").append(place));
        placesGone.forEach(place -> line.append(" -").append(place));
        return line.append(
                        transaction.touches().stream().anyMatch(t -> t.change() == Watcher.Change.CHANGED) ? " *" : "")
                .toString();
    }
}
