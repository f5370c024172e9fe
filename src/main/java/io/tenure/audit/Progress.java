package io.tenure.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How far the log is: the one row of the table {@code progress}.
 *
 * @param epoch the highest of a coordinator that has written
 * @param number of the last event
 * @param at of the last event, milliseconds since 1970
 * @param through the position up to which the log is complete
 * @param until the time of that position, milliseconds since 1970; null when nothing was ever said to be complete
 * @param quarantined how many records wait for an operator
 */
record Progress(
        long epoch,
        long number,
        long at,
        long through,
        @Nullable Long until,
        int quarantined) {
    private static final String SELECT = "SELECT epoch, number, at, through, recorded_until FROM progress WHERE id = 1";

    /** Reads it and keeps every other writer out until the transaction ends. */
    static Progress lock(Handle handle) {
        return handle.createQuery(SELECT + " FOR UPDATE")
                .map((row, context) -> of(row))
                .one();
    }

    static Progress read(Handle handle) {
        return handle.createQuery(SELECT).map((row, context) -> of(row)).one().counted(handle);
    }

    /** The position up to which the log is complete. */
    static long through(Handle handle) {
        return handle.createQuery("SELECT through FROM progress WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    void store(Handle handle) {
        handle.createUpdate("""
                        UPDATE progress SET epoch = :epoch, number = :number, at = :at, through = :through,
                            recorded_until = :until WHERE id = 1""")
                .bind("epoch", epoch)
                .bind("number", number)
                .bind("at", at)
                .bind("through", through)
                .bind("until", until)
                .execute();
    }

    Progress numbered(long newNumber, long newAt) {
        return new Progress(epoch, newNumber, newAt, through, until, quarantined);
    }

    Progress reached(long newEpoch, AuditLog.@Nullable Reached reached) {
        if (reached == null || reached.position() <= through) {
            return new Progress(newEpoch, number, at, through, until, quarantined);
        }
        long later = Math.max(until == null ? 0 : until, reached.until().toEpochMilli());
        return new Progress(newEpoch, number, at, reached.position(), later, quarantined);
    }

    Progress counted(Handle handle) {
        return new Progress(epoch, number, at, through, until, Quarantine.waiting(handle));
    }

    @Nullable
    Instant recordedUntil() {
        return until == null ? null : Instant.ofEpochMilli(until);
    }

    AuditLog.Answer.Recorded recorded() {
        return new AuditLog.Answer.Recorded(number, recordedUntil(), quarantined);
    }

    private static Progress of(ResultSet row) throws SQLException {
        long until = row.getLong("recorded_until");
        boolean never = row.wasNull();
        return new Progress(
                row.getLong("epoch"),
                row.getLong("number"),
                row.getLong("at"),
                row.getLong("through"),
                never ? null : Long.valueOf(until),
                0);
    }
}
