package io.tenure.app;

import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.util.Duration;
import io.tenure.audit.AuditDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code audit}: the log of who held what.
 *
 * @param maxBacklog most records that may wait for the database before acquisitions are refused
 * @param batch most records in one transaction of the database, and deletes in one of ZooKeeper, which takes up to a megabyte
 * @param database the database; without {@code url} a file of H2 beside ZooKeeper's data
 */
public record AuditSection(Integer maxBacklog, Integer batch, DataSourceFactory database) {
    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final AuditSection DEFAULT = new AuditSection(null, null, null);

    public AuditSection {
        maxBacklog = maxBacklog == null ? 100_000 : maxBacklog;
        batch = batch == null ? 2500 : batch;
        database = database == null ? new DataSourceFactory() : database;
    }

    /** The database with everything filled in that was left out. */
    DataSourceFactory database(Path data) {
        if (database.getUrl() == null || database.getUrl().isBlank()) {
            database.setUrl(AuditDatabase.embeddedUrl(data));
            database.setDriverClass("org.h2.Driver");
            database.setUser(database.getUser() == null ? "tenure" : database.getUser());
        }
        // the pool makes none before it is asked: its own complaint about a database that is away would be a stack
        // trace
        database.setInitialSize(0);
        database.setMinSize(Math.min(database.getMinSize(), 1));
        // a connection that has not worked for a second is tried before it is used: an H2 that could not write has
        // closed itself, and
        // opens again for a new connection only
        database.setCheckConnectionOnBorrow(true);
        database.setValidationInterval(Duration.seconds(1));
        database.setPassword(database.getPassword() == null ? "" : database.getPassword());
        return database;
    }

    /** Faults of a database that only one server can use. */
    List<String> notShared(String mode) {
        String url = database.getUrl() == null ? "" : database.getUrl().strip();
        boolean own = url.isEmpty() || AuditDatabase.embedded(url);
        return own
                ? List.of(
                        "audit.database.url: with zookeeper.mode " + mode + " all servers write to one database, and a"
                                + " file of H2 serves one process alone: give that of PostgreSQL, such as"
                                + " jdbc:postgresql://db/tenure with driverClass org.postgresql.Driver; got "
                                + (url.isEmpty() ? "none" : url))
                : List.of();
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        Check.range(faults, "audit.maxBacklog", maxBacklog, 1, 10_000_000);
        Check.range(faults, "audit.batch", batch, 1, 5_000);
        Check.range(faults, "audit.database.maxSize", database.getMaxSize(), 2, 1000);
        return faults;
    }
}
