package io.tenure.audit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import liquibase.CatalogAndSchema;
import liquibase.CatalogAndSchema.CatalogAndSchemaCase;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.core.H2Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of the audit database, brought to the form that this version wants.
 *
 * <p>It is asked at start and, while the database is away, again and again; once it has succeeded it does nothing. Blocking; safe for
 * use by many threads. Two servers that begin at once are kept apart by Liquibase's own lock.
 */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final String CHANGELOG = "io/tenure/audit/changelog.sql";

    private final DataSource source;
    private volatile DatabaseState state = new DatabaseState.Away("not asked yet");

    public Migrations(DataSource source) {
        this.source = source;
    }

    /** Brings the tables into form, unless that has been done, and says whether it could. */
    public synchronized DatabaseState run() {
        if (!state.ready()) {
            state = attempt();
        }
        return state;
    }

    /** What the last attempt found. */
    public DatabaseState state() {
        return state;
    }

    private DatabaseState attempt() {
        try (Connection connection = source.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            try {
                migrate(connection);
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                connection.setAutoCommit(autoCommit);
            }
            LOG.info("audit database ready");
            return new DatabaseState.Ready();
        } catch (Exception e) {
            if (Faults.locked(e)) {
                return new DatabaseState.Locked(
                        "the audit database's file is in use by another process: perhaps another Tenure server with the same data"
                                + " folder, or a database tool that has it open (" + Faults.line(e) + ")");
            }
            return new DatabaseState.Away(Faults.line(e));
        }
    }

    private static void migrate(Connection connection) throws Exception {
        // nothing on standard output, nothing sent over the network
        Map<String, Object> quiet =
                Map.of(Scope.Attr.ui.name(), new LoggerUIService(), "liquibase.analytics.enabled", false);
        Scope.child(quiet, () -> {
            Liquibase liquibase = new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(), database(connection));
            liquibase.setShowSummary(UpdateSummaryEnum.OFF);
            liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
            releaseWhatAKilledProcessLeft(connection, liquibase);
            liquibase.update(new Contexts());
        });
    }

    private static Database database(Connection connection) throws LiquibaseException, SQLException {
        JdbcConnection wrapped = new JdbcConnection(connection);
        if (Dialect.of(connection) == Dialect.H2) {
            Database database = new H2FoldingToLowerCase();
            database.setConnection(wrapped);
            return database;
        }
        return DatabaseFactory.getInstance().findCorrectDatabaseImplementation(wrapped);
    }

    /** An embedded file has one process at a time, so a lock in it that stands when it is opened belongs to a dead one. */
    private static void releaseWhatAKilledProcessLeft(Connection connection, Liquibase liquibase)
            throws LiquibaseException, SQLException {
        if (Dialect.of(connection) == Dialect.H2
                && connection.getMetaData().getURL().startsWith("jdbc:h2:file:")
                && liquibase.listLocks().length > 0) {
            liquibase.forceReleaseLocks();
        }
    }

    /** In its PostgreSQL mode H2 folds names to lower case. Liquibase thinks otherwise and then does not find its own tables. */
    private static final class H2FoldingToLowerCase extends H2Database {
        H2FoldingToLowerCase() {
            unquotedObjectsAreUppercased = false;
        }

        @Override
        public CatalogAndSchemaCase getSchemaAndCatalogCase() {
            return CatalogAndSchemaCase.LOWER_CASE;
        }

        @Override
        public String getJdbcCatalogName(CatalogAndSchema place) {
            return place.getCatalogName();
        }

        @Override
        public String getJdbcSchemaName(CatalogAndSchema place) {
            return place.getSchemaName();
        }
    }
}
