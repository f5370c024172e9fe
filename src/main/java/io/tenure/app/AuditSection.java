package io.tenure.app;

import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.util.Duration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code audit}: the log of who held what.
 *
 * @param maxBacklog most records that may wait for the database before acquisitions are refused
 * @param batch most records in one transaction of the database
 * @param recordRefusals whether refused acquisitions are recorded; not there yet
 * @param retention how long rows are kept; only {@code none} is there yet
 * @param database the database; without {@code url} a file of H2 beside ZooKeeper's data
 */
public record AuditSection(
        Integer maxBacklog, Integer batch, Boolean recordRefusals, String retention, DataSourceFactory database) {
    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final AuditSection DEFAULT = new AuditSection(null, null, null, null, null);

    /** Durable at each commit, and with PostgreSQL's rules for names and for the order of nulls. */
    private static final String H2 =
            "jdbc:h2:file:%s;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;"
                    + "WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

    public AuditSection {
        maxBacklog = maxBacklog == null ? 100_000 : maxBacklog;
        batch = batch == null ? 500 : batch;
        recordRefusals = recordRefusals == null ? false : recordRefusals;
        retention = retention == null ? "none" : retention;
        database = database == null ? new DataSourceFactory() : database;
    }

    /** The database with everything filled in that was left out. */
    DataSourceFactory database(Path data) {
        if (database.getUrl() == null || database.getUrl().isBlank()) {
            database.setUrl(H2.formatted(data.resolve("audit")));
            database.setDriverClass("org.h2.Driver");
            database.setUser(database.getUser() == null ? "tenure" : database.getUser());
        }
        // the pool makes none before it is asked: its own complaint about a database that is away would be a stack
        // trace
        database.setInitialSize(0);
        database.setMinSize(Math.min(database.getMinSize(), 1));
        database.setPassword(database.getPassword() == null ? "" : database.getPassword());
        return database;
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        Check.range(faults, "audit.maxBacklog", maxBacklog, 1, 10_000_000);
        Check.range(faults, "audit.batch", batch, 1, 10_000);
        Check.range(faults, "audit.database.maxSize", database.getMaxSize(), 2, 1000);
        if (recordRefusals) {
            faults.add("audit.recordRefusals: refusals are not recorded yet; only false");
        }
        Duration kept = Check.optional(faults, "audit.retention", retention);
        if (kept != null) {
            faults.add("audit.retention: nothing is removed yet; only none");
        }
        return faults;
    }
}
