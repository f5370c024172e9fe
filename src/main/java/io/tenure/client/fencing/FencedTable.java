package io.tenure.client.fencing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * A table that remembers the highest fencing token of each resource, its <em>mark</em>, and refuses a lower one in the transaction of the write.
 *
 * <p>It stands in the database that is written to. {@link #admit} is called <b>first in the transaction</b>, before whatever the
 * transaction reads or writes of the resource:
 *
 * <ul>
 *   <li>The mark and the write commit together or not at all. A rollback leaves the mark as it was.
 *   <li>The row of the resource stays locked until the transaction ends, so that of two transactions on one resource the second waits.
 *       An older token that waits behind a newer one is refused when the newer commits; a newer one that waits behind an older one then
 *       sees what the older one wrote. That is why it comes first: what was read before it may be out of date.
 *   <li>The same token may write as often as it likes, from several connections too.
 * </ul>
 *
 * <p>This holds at READ COMMITTED, which both databases have by default. Above it the database may refuse instead of waiting, with its
 * own error, as it does for any row that two transactions write; that transaction is to be repeated.
 *
 * <p>It is for tokens that are exclusive: of a lock, of a writer, of an election (the term). Readers, and holders of a semaphore, hold beside others
 * with higher tokens, and would be refused though they hold. Each resource belongs to one lock of one Tenure; tokens of two locks say
 * nothing about each other. {@code docs/fencing.md} says more, also on backups that were put back.
 *
 * <p>PostgreSQL and H2, in any of its modes. Keeps no connection and no state: safe for use by many threads.
 */
public final class FencedTable {
    /** The name of the table unless another is chosen. */
    public static final String NAME = "tenure_fencing";

    private static final Pattern NAMES =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final int LONGEST_RESOURCE = 255;
    private static final String ALREADY_THERE = "23505";

    private final String table;

    /** The table of the default {@link #NAME}. */
    public FencedTable() {
        this(NAME);
    }

    /**
     * A table of this name.
     *
     * @param table letters, digits and underscores, at most 63, perhaps behind a schema and a dot. Unquoted, so case does not matter
     * @throws IllegalArgumentException if it is anything else
     */
    public FencedTable(String table) {
        if (!NAMES.matcher(table).matches()) {
            throw new IllegalArgumentException(
                    "the name of a table is letters, digits and underscores, perhaps behind a schema and a dot; not '"
                            + table + "'");
        }
        this.table = table;
    }

    /** The statement that makes the table and leaves one alone that is there, for those who keep their schema in files. */
    public String ddl() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (resource VARCHAR(255) PRIMARY KEY, token BIGINT NOT NULL)";
    }

    /** Makes the table if it is not there, on a connection of its own. Several processes may do so at once. */
    public void create(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            try {
                execute(connection, ddl());
            } catch (SQLException perhapsMadeMeanwhile) {
                // where two make one table at once, PostgreSQL lets one of them fail in spite of IF NOT EXISTS
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                execute(connection, ddl());
            }
        }
    }

    /**
     * Lets the transaction go on that is under way on the connection, or refuses it: the token must not be lower than any that has
     * written to the resource. May wait for another transaction on the resource, as long as the database lets a statement wait.
     *
     * @param connection with auto-commit off; is neither committed, rolled back nor closed here
     * @param resource what is written to, 1 to 255 characters; by convention the lock's kind and name, {@code lock/nightly}
     * @param token the fencing token of the hold under which the caller works
     * @throws StaleTokenException if a higher token has written. Roll back and stop
     * @throws IllegalStateException if auto-commit is on: the check would not be in the transaction of the write
     * @throws IllegalArgumentException if the resource or the token cannot be one
     * @throws SQLException if the database fails; nothing is known then, so roll back
     */
    public void admit(Connection connection, String resource, long token) throws SQLException {
        if (resource.isEmpty() || resource.length() > LONGEST_RESOURCE) {
            throw new IllegalArgumentException(
                    "a resource has 1 to " + LONGEST_RESOURCE + " characters; not '" + resource + "'");
        }
        if (!Tokens.possible(token)) {
            throw new IllegalArgumentException("a fencing token is " + Tokens.RULE + "; not " + token);
        }
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "auto-commit is on, so the fencing token would be checked in another transaction than the"
                            + " write; call setAutoCommit(false) first, and commit behind the write");
        }
        if (!raise(connection, resource, token)) {
            throw new StaleTokenException(resource, token, mark(connection, resource));
        }
    }

    /** Sets the mark unless it is higher, and locks it. */
    private boolean raise(Connection connection, String resource, long token) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "PostgreSQL" -> update(connection, postgres(), resource, token);
            case "H2" -> raiseInH2(connection, resource, token);
            default ->
                throw new SQLFeatureNotSupportedException(
                        "a fenced table works on PostgreSQL and H2, not on " + product);
        };
    }

    private String postgres() {
        return "INSERT INTO " + table + " AS mark (resource, token) VALUES (?, ?) ON CONFLICT (resource)"
                + " DO UPDATE SET token = excluded.token WHERE mark.token <= excluded.token";
    }

    private boolean raiseInH2(Connection connection, String resource, long token) throws SQLException {
        String merge = "MERGE INTO " + table + " AS mark"
                + " USING (VALUES (CAST(? AS VARCHAR), CAST(? AS BIGINT))) AS given (resource, token)"
                + " ON mark.resource = given.resource"
                + " WHEN MATCHED AND mark.token <= given.token THEN UPDATE SET token = given.token"
                + " WHEN NOT MATCHED THEN INSERT (resource, token) VALUES (given.resource, given.token)";
        try {
            return update(connection, merge, resource, token);
        } catch (SQLException e) {
            if (!ALREADY_THERE.equals(e.getSQLState())) {
                throw e;
            }
            // the first row of the resource came from another transaction, for which this one has waited; H2 undoes the
            // statement alone
            return update(connection, merge, resource, token);
        }
    }

    private static boolean update(Connection connection, String sql, String resource, long token) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, resource);
            statement.setLong(2, token);
            return statement.executeUpdate() == 1;
        }
    }

    private long mark(Connection connection, String resource) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT token FROM " + table + " WHERE resource = ?")) {
            statement.setString(1, resource);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new SQLTransientException(
                            "the mark of " + resource + " was removed meanwhile; roll back and repeat");
                }
                return rows.getLong(1);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }
}
