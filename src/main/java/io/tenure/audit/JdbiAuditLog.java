package io.tenure.audit;

import io.tenure.audit.AuditLog.Answer.Away;
import io.tenure.audit.AuditLog.Answer.Deposed;
import io.tenure.audit.AuditLog.Answer.Recorded;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log in a relational database: H2 in its PostgreSQL mode, or PostgreSQL.
 *
 * <p>One transaction for a batch. It locks the one row of {@code progress} first, so batches go in one after the other whichever
 * server brings them, and a coordinator that has been replaced is turned away. A record that cannot be read, or that the database
 * refuses for what is in it, goes into {@code quarantine} as it is, and the rest of the batch goes in. When a call returns
 * {@link Answer.Recorded} a crash of this process or machine does not take it back.
 */
public final class JdbiAuditLog implements AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(JdbiAuditLog.class);

    private final Jdbi jdbi;
    private final Migrations migrations;

    public JdbiAuditLog(Jdbi jdbi, Migrations migrations) {
        this.jdbi = jdbi;
        this.migrations = migrations;
    }

    @Override
    public Answer append(Batch batch) {
        return answer(() -> {
            try {
                return write(batch, false);
            } catch (JdbiException e) {
                if (!Faults.ofTheRow(e)) {
                    throw e;
                }
                LOG.warn("the audit database refuses a record; looking for it: {}", Faults.line(e));
                return write(batch, true);
            }
        });
    }

    @Override
    public Answer ask() {
        return answer(() -> jdbi.inTransaction(handle -> Progress.read(handle).recorded()));
    }

    private Answer answer(Call call) {
        DatabaseState state = migrations.run();
        if (!state.ready()) {
            return new Away(state.why());
        }
        try {
            return call.run();
        } catch (JdbiException | SQLException e) {
            return new Away(Faults.line(e));
        }
    }

    private Answer write(Batch batch, boolean oneByOne) throws SQLException {
        try (Handle handle = jdbi.open()) {
            Answer answer = handle.inTransaction(inside -> {
                Progress before = Progress.lock(inside);
                if (before.epoch() > batch.epoch()) {
                    return new Deposed(before.epoch());
                }
                Progress after = insert(inside, before, fresh(inside, batch.entries()), oneByOne)
                        .reached(batch.epoch(), batch.reached());
                after.store(inside);
                return after.counted(inside).recorded();
            });
            if (answer instanceof Recorded && Dialect.of(handle.getConnection()) == Dialect.H2) {
                handle.execute("CHECKPOINT SYNC");
            }
            return answer;
        }
    }

    /** Those that are not in yet. */
    private static List<Entry> fresh(Handle handle, List<Entry> entries) {
        if (entries.isEmpty()) {
            return entries;
        }
        long lowest = entries.stream().mapToLong(Entry::position).min().orElseThrow();
        long highest = entries.stream().mapToLong(Entry::position).max().orElseThrow();
        Set<String> there = new HashSet<>(handle.createQuery("""
                        SELECT position || ' ' || record FROM events
                        WHERE ordinal = 0 AND position >= :lowest AND position <= :highest
                        UNION ALL
                        SELECT position || ' ' || record FROM quarantine
                        WHERE position >= :lowest AND position <= :highest""")
                .bind("lowest", lowest)
                .bind("highest", highest)
                .mapTo(String.class)
                .list());
        return there.isEmpty()
                ? entries
                : entries.stream()
                        .filter(entry -> !there.contains(entry.position() + " " + entry.name()))
                        .toList();
    }

    private static Progress insert(Handle handle, Progress before, List<Entry> entries, boolean oneByOne) {
        if (oneByOne) {
            Progress progress = before;
            for (Entry entry : entries) {
                progress = insertOrQuarantine(handle, progress, entry);
            }
            return progress;
        }
        Numbering numbering = new Numbering(before.number(), before.at());
        for (Entry entry : entries) {
            if (entry.record() == null) {
                Quarantine.put(handle, entry, String.valueOf(entry.fault()));
            } else {
                numbering.add(entry);
            }
        }
        Inserts.events(handle, numbering.events());
        Inserts.tenures(handle, numbering.opened());
        Inserts.downgrade(handle, numbering.downgraded());
        Inserts.close(handle, numbering.closed());
        return before.numbered(numbering.number(), numbering.at());
    }

    private static Progress insertOrQuarantine(Handle handle, Progress before, Entry entry) {
        handle.savepoint("entry");
        try {
            Progress after = insert(handle, before, List.of(entry), false);
            handle.releaseSavepoint("entry");
            return after;
        } catch (JdbiException e) {
            if (!Faults.ofTheRow(e)) {
                throw e;
            }
            handle.rollbackToSavepoint("entry");
            Quarantine.put(handle, entry, Faults.line(e));
            return before;
        }
    }

    private interface Call {
        Answer run() throws SQLException;
    }
}
