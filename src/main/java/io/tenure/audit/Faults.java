package io.tenure.audit;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database's refusal means, read off its SQLSTATE (ISO 9075; H2 and PostgreSQL share the classes used here). */
final class Faults {
    /** Data exception, integrity violation, limit of the program: the row's fault, which repeating does not mend. */
    private static final Set<String> ROW = Set.of("22", "23", "54");

    /** H2: the file is locked by another process, or by another database in this one. */
    private static final Set<Integer> LOCKED = Set.of(90020);

    private Faults() {}

    /** Whether the database refused a row for what is in it. */
    static boolean ofTheRow(Throwable thrown) {
        SQLException fault = sql(thrown);
        String state = fault == null ? null : fault.getSQLState();
        return state != null && state.length() >= 2 && ROW.contains(state.substring(0, 2));
    }

    /** Whether the file of an embedded database is locked. */
    static boolean locked(Throwable thrown) {
        SQLException fault = sql(thrown);
        return fault != null && LOCKED.contains(fault.getErrorCode());
    }

    /** One line that says what happened. */
    static String line(Throwable thrown) {
        SQLException fault = sql(thrown);
        Throwable told = fault == null ? thrown : fault;
        String message =
                String.valueOf(told.getMessage()).lines().findFirst().orElse("").replace("\0", "\\0");
        return message.length() <= 500 ? message : message.substring(0, 500) + "…";
    }

    private static @Nullable SQLException sql(Throwable thrown) {
        SQLException found = null;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException fault && (found == null || fault.getSQLState() != null)) {
                found = fault;
            }
        }
        return found;
    }
}
