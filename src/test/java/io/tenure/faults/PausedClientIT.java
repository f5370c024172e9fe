package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.PostgresDatabase;
import io.tenure.client.fencing.FencedTable;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story of docs/fencing.md with real processes: a client is stopped between making sure that it holds and writing, for longer than its TTL. */
class PausedClientIT {
    private static final int TTL_SECONDS = 4;

    @Test
    void theWriteOfTheOneWhoSleptIsRefused(@TempDir Path data) throws Exception {
        Story story = story(data, "guarded");

        assertThat(story.lastWords()).isEqualTo("refused " + story.oldToken() + " " + story.newToken());
        assertThat(story.newToken()).isGreaterThan(story.oldToken());
        assertThat(story.author()).isEqualTo("next");
    }

    /** Without the guard the same story ends badly: the test above shows something. */
    @Test
    void withoutTheGuardItOverwrites(@TempDir Path data) throws Exception {
        Story story = story(data, "unguarded");

        assertThat(story.lastWords()).isEqualTo("wrote " + story.oldToken());
        assertThat(story.newToken()).isGreaterThan(story.oldToken());
        assertThat(story.author()).isEqualTo("paused");
    }

    /**
     * How it went.
     *
     * @param lastWords of the one who slept
     * @param author who wrote last
     */
    private record Story(long oldToken, long newToken, String lastWords, String author) {}

    private static Story story(Path data, String guard) throws Exception {
        DataSource database = new PostgresDatabase().source();
        FencedTable table = new FencedTable();
        table.create(database);
        execute(database, "CREATE TABLE report (id INT PRIMARY KEY, author VARCHAR(20))");
        execute(database, "INSERT INTO report VALUES (1, 'nobody')");
        try (Running server = Running.start(data)) {
            Process paused = start(server.port(), url(database), guard);
            try (BufferedReader says = paused.inputReader(StandardCharsets.UTF_8);
                    Writer tell = paused.outputWriter(StandardCharsets.UTF_8)) {
                String first = line(says);
                assertThat(first).startsWith("holds ");
                long oldToken = Long.parseLong(first.substring("holds ".length()));

                signal(paused, "STOP");
                tell.write("write\n");
                tell.flush();
                Reply granted =
                        server.api().put("/v1/locks/nightly/holds/" + Api.newLease(), "{'ttl':'60s','wait':'30s'}");
                assertThat(granted.status()).as("%s", granted).isEqualTo(201);
                long newToken = granted.number("/fencingToken");
                try (Connection connection = database.getConnection();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    table.admit(connection, "lock/nightly", newToken);
                    statement.executeUpdate("UPDATE report SET author = 'next' WHERE id = 1");
                    connection.commit();
                }
                assertThat(author(database)).isEqualTo("next");

                signal(paused, "CONT");
                String lastWords = line(says);
                assertThat(paused.waitFor(30, TimeUnit.SECONDS)).isTrue();
                return new Story(oldToken, newToken, lastWords, author(database));
            } finally {
                paused.destroyForcibly();
            }
        }
    }

    private static Process start(int port, String database, String guard) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PausedClient.class.getName(),
                        String.valueOf(port),
                        "nightly",
                        String.valueOf(TTL_SECONDS),
                        database,
                        guard)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String line(BufferedReader says) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return String.valueOf(says.readLine());
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(60, TimeUnit.SECONDS);
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String url(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.getMetaData().getURL() + "?user="
                    + connection.getMetaData().getUserName();
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String author(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT author FROM report WHERE id = 1")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
