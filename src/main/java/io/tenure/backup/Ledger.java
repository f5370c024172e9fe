package io.tenure.backup;

import io.tenure.archive.Archive;
import io.tenure.archive.Piece;
import io.tenure.audit.AsideRecord;
import io.tenure.audit.AuditLog.Reached;
import io.tenure.audit.LogCopy;
import io.tenure.audit.LogRecord;
import io.tenure.audit.RestoredEnd;
import io.tenure.audit.Tenure;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of a restore: the archive's, put into a database that is empty or has the same log already, perhaps with what came
 * later; and the ends of what is no more. For one thread, which blocks.
 */
final class Ledger {
    private static final int AT_ONCE = 1_000;

    private final LogCopy log;
    private final Archive archive;
    private final LogCopy.State state;
    private long last;

    Ledger(LogCopy log, Archive archive) {
        this.log = log;
        this.archive = archive;
        this.state = log.state();
    }

    /** The highest epoch of a coordinator that has written. */
    long epoch() {
        return state.epoch();
    }

    /** The highest position that the database or the archive knows of. */
    long highest() {
        return Math.max(state.highest(), last);
    }

    /**
     * Reads all records of the archive, and compares them with those in the database.
     *
     * @throws Refusal {@code NOT_EMPTY} when the database has another log; {@code BACKUP_REFUSED} when a record is none
     */
    void compare() throws IOException {
        List<LogRecord> page = new ArrayList<>();
        long[] known = new long[1];
        archive.read(piece -> {
            LogRecord record = record(piece);
            if (record != null) {
                last = Math.max(last, record.position());
                if (record.position() <= state.last()) {
                    known[0]++;
                    page.add(record);
                }
                if (page.size() == AT_ONCE) {
                    requireKnown(page);
                    page.clear();
                }
            }
        });
        requireKnown(page);
        if (log.count(Math.min(last, state.last())) != known[0]) {
            throw another();
        }
    }

    private void requireKnown(List<LogRecord> page) {
        if (!log.has(page)) {
            throw another();
        }
    }

    private static Refusal another() {
        return Refusal.of(
                ErrorCode.NOT_EMPTY,
                "the audit database has another log than the backup: restore into an empty database, or the one it was taken from");
    }

    /** Puts the archive's records in; those that are there are passed over. */
    void putIn(long epoch) throws IOException {
        List<LogRecord> page = new ArrayList<>();
        List<AsideRecord> aside = new ArrayList<>();
        archive.read(piece -> {
            if (piece instanceof Piece.Aside one) {
                LogRecord record = new LogRecord(one.position(), one.name(), one.at(), one.body());
                aside.add(new AsideRecord(record, one.fault(), one.resolution()));
            } else if (piece instanceof Piece.Entry entry) {
                page.add(new LogRecord(entry.position(), entry.name(), entry.at(), entry.body()));
                if (page.size() == AT_ONCE) {
                    log.append(epoch, page, null);
                    page.clear();
                }
            }
        });
        log.append(epoch, page, null);
        log.putAside(aside);
    }

    /** What happened after leases were read, as far as the archive or the database tells. */
    Redo later() {
        Redo redo = new Redo();
        log.later(archive.header().from(), redo::add);
        return redo;
    }

    /**
     * Ends all tenures that are open and no more.
     *
     * @param stands whether a tenure goes on
     * @param leases the ids of those leases that live on
     * @param epoch of the restore
     * @param moment of the restore in the order of everything
     * @param server that restores
     * @return how many
     */
    int close(Predicate<Tenure> stands, Set<String> leases, long epoch, Reached moment, String server) {
        Map<String, List<Tenure>> over = new LinkedHashMap<>();
        int[] count = new int[1];
        log.open(tenure -> {
            if (!stands.test(tenure)) {
                count[0]++;
                over.computeIfAbsent(tenure.lease(), lease -> new ArrayList<>(1))
                        .add(tenure);
            }
        });
        String reason = "restored from the backup of " + archive.header().takenAt();
        List<LogRecord> ends = new ArrayList<>();
        over.forEach((lease, tenures) -> {
            long at = moment.until().toEpochMilli();
            if (leases.contains(lease)) {
                for (int i = 0; i < tenures.size(); i++) {
                    ends.add(RestoredEnd.of(List.of(tenures.get(i)), false, i, moment.position(), at, reason, server));
                }
            } else {
                ends.add(RestoredEnd.of(tenures, true, 0, moment.position(), at, reason, server));
            }
        });
        for (int from = 0; from < ends.size(); from += AT_ONCE) {
            log.append(epoch, ends.subList(from, Math.min(ends.size(), from + AT_ONCE)), null);
        }
        log.append(epoch, List.of(), moment);
        return count[0];
    }

    private static @Nullable LogRecord record(Piece piece) {
        if (piece instanceof Piece.Entry entry) {
            return new LogRecord(entry.position(), entry.name(), entry.at(), entry.body());
        }
        return piece instanceof Piece.Aside aside
                ? new LogRecord(aside.position(), aside.name(), aside.at(), aside.body())
                : null;
    }
}
