package io.tenure.audit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/** A database of its own in one real PostgreSQL server, which starts with the first test and ends with the JVM. */
public final class PostgresDatabase implements TestDatabase {
    private final String name;
    private final SwitchedSource source;

    /** Makes it, empty. */
    public PostgresDatabase() {
        name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = Server.ONE.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        source = new SwitchedSource(Server.ONE.getDatabase("postgres", name));
    }

    @Override
    public DataSource source() {
        return source;
    }

    /** What a program of its own connects to it by; the user is {@code postgres}. */
    public String url() {
        return Server.ONE.getJdbcUrl("postgres", name);
    }

    @Override
    public void takeAway() {
        source.off(true);
    }

    @Override
    public void bringBack() {
        source.off(false);
    }

    @Override
    public void close() {}

    private static final class Server {
        static final EmbeddedPostgres ONE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
