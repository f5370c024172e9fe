package io.tenure.app;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.tenure.audit.DatabaseState;
import io.tenure.audit.Migrations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit database: its connections, and its tables in the form that this version wants.
 *
 * <p>While it is away the service runs on, degraded, and goes on trying; a file that belongs to another process keeps it from
 * starting.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int LOOKUPS = 2;
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Threads threads;
    private final ManagedDataSource source;
    private final ManagedDataSource lookups;
    private final Migrations migrations;
    private volatile boolean closed;

    Database(AuditSection section, Path data, MetricRegistry metrics, Threads threads) {
        DataSourceFactory factory = section.database(data);
        this.threads = threads;
        this.source = pool(factory, metrics, "audit");
        factory.setMaxSize(LOOKUPS);
        this.lookups = pool(factory, metrics, "lookups");
        this.migrations = new Migrations(source);
    }

    private static ManagedDataSource pool(DataSourceFactory factory, MetricRegistry metrics, String name) {
        ManagedDataSource pool = factory.build(metrics, name);
        if (pool instanceof DataSourceProxy proxy) {
            // else each value of each row passes through a reflective call, for statements that can be compared: nobody
            // does
            proxy.setUseStatementFacade(false);
        }
        return pool;
    }

    /** Brings the tables into form, or begins to try again and again. Blocks for the first try. */
    void start() {
        if (migrations.run() instanceof DatabaseState.Locked locked) {
            throw StartFault.of(locked.why());
        }
        again();
    }

    /** Connections to it. */
    ManagedDataSource source() {
        return source;
    }

    /** A few connections for short questions, which long ones cannot take away. */
    ManagedDataSource lookups() {
        return lookups;
    }

    /** The form of its tables. */
    Migrations migrations() {
        return migrations;
    }

    /** What is wrong with it, as far as the last try told. */
    Optional<String> fault() {
        DatabaseState state = migrations.state();
        return state.ready() ? Optional.empty() : Optional.of("the audit database is away: " + state.why());
    }

    private void again() {
        if (!closed && !migrations.state().ready()) {
            threads.after(AGAIN, () -> {
                migrations.run();
                again();
            });
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            lookups.stop();
            source.stop();
        } catch (Exception e) {
            LOG.warn("The connections to the audit database could not be closed", e);
        }
    }
}
