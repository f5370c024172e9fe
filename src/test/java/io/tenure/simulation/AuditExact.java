package io.tenure.simulation;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Invariant 5: every grant and every end is told by exactly one record of the same transaction, no record tells of anything else,
 * no record is written twice, and in the end each is in the database once.
 */
final class AuditExact implements Invariant {
    /** Ends that only a place can have which was never granted. */
    private static final List<String> PLACE_ENDS = List.of("WITHDRAWN", "WAIT_OVER");

    /** The transaction that wrote each record, by the record's node. */
    private final Map<String, Long> written = new TreeMap<>();
    /** Where each record belongs in the log. */
    private final Map<String, String> rows = new TreeMap<>();
    /** Where a record may be once more: it was in the log and in the outbox when a backup was made of both. */
    private final NavigableSet<String> twice = new TreeSet<>();

    private final TwinStore store;
    private final TwinAuditLog log;
    private final LongSupplier base;

    /** @param base the token base */
    AuditExact(TwinStore store, TwinAuditLog log, LongSupplier base) {
        this.store = store;
        this.log = log;
        this.base = base;
    }

    @Override
    public void after(Step step) {
        for (RecordView record : step.records()) {
            long zxid = step.transaction().zxid();
            if (written.put(record.path(), zxid) != null) {
                throw new Violation("invariant 5: " + record.path() + " was written twice");
            }
            rows.put(record.path(), row(record.path(), zxid));
        }
        step.leases().forEach((lease, change) -> {
            expect(step, lease, "GRANTED", change.became("HELD"));
            expect(step, lease, "ENDED", ended(change));
            expectTokens(step, lease, change);
            expectBare(step, lease, change);
        });
        for (RecordView record : step.records()) {
            boolean ofALease = !record.action().equals("PERMITS_CHANGED");
            if (ofALease && !step.leases().containsKey(record.lease())) {
                throw new Violation("invariant 5: " + record.path() + " tells of a lease that was not changed");
            }
        }
    }

    private static List<String> ended(Step.LeaseChange change) {
        NavigableSet<String> ended = new TreeSet<>(change.ceased("HELD"));
        // A place that becomes a hold has not ended.
        NavigableSet<String> left = new TreeSet<>(change.ceased("QUEUED"));
        left.removeAll(change.are("HELD"));
        ended.addAll(left);
        return List.copyOf(ended);
    }

    private static void expect(Step step, String lease, String action, List<String> holds) {
        for (String hold : holds) {
            long told = step.records().stream()
                    .filter(record ->
                            record.lease().equals(lease) && record.action().equals(action) && record.tellsOf(hold))
                    .count();
            if (told != 1) {
                throw new Violation("invariant 5: " + told + " records of " + action + " for " + lease + " " + hold);
            }
        }
        for (RecordView record : step.records()) {
            if (record.lease().equals(lease) && record.action().equals(action)) {
                for (HoldView hold : record.holds()) {
                    if (!holds.contains(hold.name())) {
                        throw new Violation("invariant 5: " + record.path() + " tells of " + action + " of "
                                + hold.name() + ", which did not happen");
                    }
                }
            }
        }
    }

    /** The end of a hold tells its token, and that of a place that was never granted tells none. */
    private static void expectTokens(Step step, String lease, Step.LeaseChange change) {
        for (RecordView record : step.records()) {
            if (!record.lease().equals(lease) || !record.action().equals("ENDED")) {
                continue;
            }
            for (HoldView hold : record.holds()) {
                boolean held = change.were("HELD").contains(hold.name());
                if (held && PLACE_ENDS.contains(record.endedBy())) {
                    throw new Violation("invariant 5: " + record.path() + " ends " + hold + ", which was granted, by "
                            + record.endedBy());
                }
                if (held == (hold.token() == null)) {
                    throw new Violation("invariant 5: " + record.path() + " tells the end of " + hold
                            + (held ? ", which was granted, without a token" : ", which was not granted"));
                }
            }
        }
    }

    private static void expectBare(Step step, String lease, Step.LeaseChange change) {
        LeaseView before = change.before();
        LeaseView after = change.after();
        boolean lived = before != null && !before.ended();
        boolean lives = after != null && !after.ended();
        if (lives && !lived && after != null && after.bare()) {
            expectBare(step, lease, "GRANTED");
        } else if (lived && !lives && before != null && before.bare()) {
            expectBare(step, lease, "ENDED");
        }
    }

    private static void expectBare(Step step, String lease, String action) {
        long told = step.records().stream()
                .filter(record ->
                        record.lease().equals(lease) && record.action().equals(action) && record.bare())
                .count();
        if (told != 1) {
            throw new Violation("invariant 5: " + told + " records of " + action + " for the bare lease " + lease);
        }
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        written.values().removeIf(zxid -> zxid > store.last());
        rows.keySet().retainAll(written.keySet());
        rows.replaceAll((path, row) -> {
            if (store.node(path).isEmpty()) {
                return row;
            }
            String again = row(path, written.getOrDefault(path, 0L));
            if (log.has(row)) {
                twice.add(again);
                return row;
            }
            return again;
        });
    }

    private String row(String path, long zxid) {
        return TwinAuditLog.row(base.getAsLong() + zxid, path.substring(path.lastIndexOf('/') + 1));
    }

    @Override
    public void atEnd() {
        log.assertHolds(new TreeSet<>(rows.values()), twice);
    }
}
