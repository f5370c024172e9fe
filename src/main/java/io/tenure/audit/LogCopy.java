package io.tenure.audit;

import io.tenure.audit.AuditLog.Answer;
import io.tenure.audit.AuditLog.Batch;
import io.tenure.audit.AuditLog.Reached;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The log in the database as a whole: what a backup reads of it, and what a restore puts back.
 *
 * <p>It is read and written as records; numbers, events and tenures are made from them anew, as the drain made them. Blocking; each call
 * throws a {@link Refusal} {@code AUDIT_UNAVAILABLE} when the database does not answer. Safe for use by many threads.
 */
public final class LogCopy {
    private static final int PAGE = 1_000;

    private final Jdbi jdbi;
    private final Migrations migrations;
    private final AuditLog log;

    public LogCopy(Jdbi jdbi, Migrations migrations) {
        this.jdbi = jdbi;
        this.migrations = migrations;
        this.log = new JdbiAuditLog(jdbi, migrations);
    }

    /**
     * How far the log is.
     *
     * @param epoch the highest of a coordinator that has written
     * @param number of the last event, 0 when there is none
     * @param last the position of the last record; 0 when there is none
     * @param highest of all positions that it knows of
     */
    public record State(long epoch, long number, long last, long highest) {}

    /** How far it is now. */
    public State state() {
        return ask(handle -> {
            Progress progress = Progress.read(handle);
            long last = handle.createQuery("SELECT GREATEST((SELECT COALESCE(MAX(position), 0) FROM events),"
                            + " (SELECT COALESCE(MAX(position), 0) FROM quarantine))")
                    .mapTo(Long.class)
                    .one();
            return new State(progress.epoch(), progress.number(), last, Math.max(last, progress.through()));
        });
    }

    /** Hands over the records up to the event with this number, in their order. */
    public void records(long through, Consumer<LogRecord> each) {
        records(0, through, each);
    }

    /** Hands over the records whose position is above this, in their order. */
    public void later(long position, Consumer<LogRecord> each) {
        long first = ask(handle -> handle.createQuery("SELECT MIN(number) FROM events WHERE position > :position")
                .bind("position", position)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
        if (first > 0) {
            records(first - 1, Long.MAX_VALUE, each);
        }
    }

    private void records(long after, long through, Consumer<LogRecord> each) {
        long from = after;
        while (true) {
            long above = from;
            List<Numbered> page = ask(handle -> handle.createQuery("""
                            SELECT number, position, record, at, body FROM events
                            WHERE number > :above AND number <= :through AND ordinal = 0 ORDER BY number LIMIT :page""")
                    .bind("above", above)
                    .bind("through", through)
                    .bind("page", PAGE)
                    .map((row, context) -> new Numbered(row.getLong("number"), record(row)))
                    .list());
            if (page.isEmpty()) {
                return;
            }
            page.forEach(one -> each.accept(one.record()));
            from = page.get(page.size() - 1).number();
        }
    }

    private record Numbered(long number, LogRecord record) {}

    /** The records that were put aside. */
    public List<AsideRecord> aside() {
        return ask(handle -> handle.createQuery("""
                        SELECT position, record, at, body, fault, resolution FROM quarantine ORDER BY position, record""")
                .map((row, context) ->
                        new AsideRecord(record(row), row.getString("fault"), row.getString("resolution")))
                .list());
    }

    private static LogRecord record(ResultSet row) throws SQLException {
        return new LogRecord(row.getLong("position"), row.getString("record"), row.getLong("at"), row.getBytes("body"));
    }

    /** Whether all of these records are there; events or put aside. */
    public boolean has(List<LogRecord> some) {
        if (some.isEmpty()) {
            return true;
        }
        long lowest = some.stream().mapToLong(LogRecord::position).min().orElseThrow();
        long highest = some.stream().mapToLong(LogRecord::position).max().orElseThrow();
        Set<String> there = new HashSet<>(ask(handle -> handle.createQuery("""
                        SELECT position || ' ' || record FROM events
                        WHERE ordinal = 0 AND position >= :lowest AND position <= :highest
                        UNION ALL
                        SELECT position || ' ' || record FROM quarantine
                        WHERE position >= :lowest AND position <= :highest""")
                .bind("lowest", lowest)
                .bind("highest", highest)
                .mapTo(String.class)
                .list()));
        return there.containsAll(some.stream()
                .map(record -> record.position() + " " + record.name())
                .collect(Collectors.toSet()));
    }

    /** How many records up to this position are there, events or put aside. */
    public long count(long position) {
        return ask(handle -> handle.createQuery("""
                        SELECT (SELECT COUNT(*) FROM events WHERE ordinal = 0 AND position <= :position)
                            + (SELECT COUNT(*) FROM quarantine WHERE position <= :position)""")
                .bind("position", position)
                .mapTo(Long.class)
                .one());
    }

    /**
     * Puts records in behind those that are there; those that are in already are passed over.
     *
     * @param epoch not below that of {@link #state}
     * @param reached how far the log is complete with them; null when more are to come
     */
    public void append(long epoch, List<LogRecord> records, @Nullable Reached reached) {
        Answer answer = log.append(
                new Batch(epoch, records.stream().map(LogRecord::entry).toList(), reached));
        if (answer instanceof Answer.Deposed later) {
            throw away("a coordinator of epoch " + later.epoch() + " writes to it");
        }
        if (answer instanceof Answer.Away away) {
            throw away(away.why());
        }
    }

    /** Puts these aside as they were; those that are there are left alone. */
    public void putAside(List<AsideRecord> records) {
        ask(handle -> {
            for (AsideRecord aside : records) {
                if (!Quarantine.has(handle, aside.record())) {
                    Quarantine.put(handle, aside);
                }
            }
            return true;
        });
    }

    /** The tenures that have no end, in no order. */
    public void open(Consumer<Tenure> each) {
        ask(handle -> {
            handle.createQuery("SELECT " + Rows.TENURE + " FROM tenures WHERE ended_at IS NULL")
                    .setFetchSize(PAGE)
                    .map((row, context) -> Rows.tenure(row))
                    .forEach(each);
            return true;
        });
    }

    private <T> T ask(Function<Handle, T> question) {
        DatabaseState state = migrations.run();
        if (!state.ready()) {
            throw away(state.why());
        }
        try {
            return jdbi.inTransaction(question::apply);
        } catch (JdbiException e) {
            throw away(Faults.line(e));
        }
    }

    private static Refusal away(String why) {
        return Refusal.of(ErrorCode.AUDIT_UNAVAILABLE, "the audit database cannot be used now: " + why);
    }
}
