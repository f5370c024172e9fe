package io.tenure.client.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link FencedTable} promises of one transaction after the other, and of two at once. */
abstract class FencedTableContract {
    static final String LOCK = "lock/nightly";

    final FencedTable table = new FencedTable();
    DataSource database;
    Connection one;
    Connection two;

    /** An empty database. Its connections have auto-commit on. */
    abstract DataSource empty() throws SQLException;

    /** Whether a statement waits for another transaction. */
    abstract boolean oneWaits() throws SQLException;

    @BeforeEach
    void begin() throws SQLException {
        database = empty();
        table.create(database);
        execute("CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT NOT NULL)");
        execute("INSERT INTO account VALUES (1, 100)");
        one = transaction();
        two = transaction();
    }

    @AfterEach
    void end() throws SQLException {
        for (Connection connection : new Connection[] {one, two}) {
            connection.rollback();
            connection.close();
        }
    }

    @Test
    void aTokenIsAdmittedAndMayWriteAgain() throws SQLException {
        admitAndCommit(one, 5);
        admitAndCommit(one, 5);
        admitAndCommit(two, 5);

        assertThat(mark(LOCK)).isEqualTo(5);
    }

    @Test
    void aLowerTokenIsRefusedAndToldBoth() throws SQLException {
        admitAndCommit(one, 5);
        admitAndCommit(two, 7);

        assertThatExceptionOfType(StaleTokenException.class)
                .isThrownBy(() -> table.admit(one, LOCK, 5))
                .withMessageContainingAll("5", "7", LOCK)
                .satisfies(refused -> {
                    assertThat(refused.resource()).isEqualTo(LOCK);
                    assertThat(refused.token()).isEqualTo(5);
                    assertThat(refused.highestToken()).isEqualTo(7);
                });
        one.rollback();
        assertThat(mark(LOCK)).isEqualTo(7);
    }

    @Test
    void eachResourceHasAMarkOfItsOwn() throws SQLException {
        admitAndCommit(one, 7);
        table.admit(two, "lock/other", 3);
        two.commit();

        assertThat(mark(LOCK)).isEqualTo(7);
        assertThat(mark("lock/other")).isEqualTo(3);
    }

    @Test
    void aRollbackLeavesTheMarkAsItWas() throws SQLException {
        table.admit(one, LOCK, 9);
        one.rollback();
        admitAndCommit(two, 5);
        table.admit(one, LOCK, 9);
        one.rollback();

        assertThat(mark(LOCK)).isEqualTo(5);
        admitAndCommit(two, 6);
    }

    @Test
    void theMarkIsNotSeenByOthersBeforeTheWrite() throws SQLException {
        admitAndCommit(one, 5);
        table.admit(one, LOCK, 7);
        assertThat(mark(LOCK)).isEqualTo(5);

        one.commit();
        assertThat(mark(LOCK)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOlderTokenThatWaitsBehindANewerOneIsRefused(boolean known) throws Exception {
        know(known);
        table.admit(one, LOCK, 7);
        CompletableFuture<Void> older = waiting(() -> table.admit(two, LOCK, 5));
        one.commit();

        assertThat(catchThrowable(() -> older.get(30, TimeUnit.SECONDS)))
                .cause()
                .isInstanceOfSatisfying(
                        StaleTokenException.class,
                        refused -> assertThat(refused.highestToken()).isEqualTo(7));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOlderTokenThatWaitsIsAdmittedWhenTheNewerOneRollsBack(boolean known) throws Exception {
        know(known);
        table.admit(one, LOCK, 7);
        CompletableFuture<Void> older = waiting(() -> table.admit(two, LOCK, 5));
        one.rollback();
        older.get(30, TimeUnit.SECONDS);
        two.commit();

        assertThat(mark(LOCK)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewerTokenWaitsForTheOlderOneAndSeesWhatItWrote(boolean known) throws Exception {
        know(known);
        execute(two, "INSERT INTO account VALUES (2, 0)");
        table.admit(one, LOCK, 5);
        execute(one, "UPDATE account SET balance = balance - 30 WHERE id = 1");
        CompletableFuture<Void> newer = waiting(() -> table.admit(two, LOCK, 7));
        one.commit();
        newer.get(30, TimeUnit.SECONDS);

        assertThat(number(two, "SELECT balance FROM account WHERE id = 1")).isEqualTo(70);
        // what the transaction had written before it waited is still part of it
        two.commit();
        assertThat(number(one, "SELECT count(*) FROM account WHERE id = 2")).isEqualTo(1);
        assertThat(mark(LOCK)).isEqualTo(7);
    }

    @Test
    void noFurtherTransactionOfTheSameTokenWritesMeanwhile() throws Exception {
        know(true);
        table.admit(one, LOCK, 5);
        CompletableFuture<Void> same = waiting(() -> table.admit(two, LOCK, 5));
        one.commit();

        same.get(30, TimeUnit.SECONDS);
    }

    @Test
    void autoCommitIsRefused() throws SQLException {
        one.setAutoCommit(true);

        assertThatIllegalStateException()
                .isThrownBy(() -> table.admit(one, LOCK, 5))
                .withMessageContaining("setAutoCommit(false)");
        one.setAutoCommit(false);
        assertThat(number(two, "SELECT count(*) FROM tenure_fencing")).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1L << 53, Long.MAX_VALUE})
    void whatCannotBeATokenIsRefused(long token) throws SQLException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.admit(one, LOCK, token))
                .withMessageContaining(String.valueOf(token));
    }

    @Test
    void theHighestTokenThereCanBeIsAdmitted() throws SQLException {
        admitAndCommit(one, (1L << 53) - 1);

        assertThat(mark(LOCK)).isEqualTo((1L << 53) - 1);
    }

    @Test
    void aResourceIsNeitherEmptyNorTooLong() throws SQLException {
        table.admit(one, "r".repeat(255), 1);

        assertThatIllegalArgumentException().isThrownBy(() -> table.admit(one, "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> table.admit(one, "r".repeat(256), 1));
    }

    @Test
    void theTableMayHaveAnotherNameAndSchema() throws SQLException {
        execute("CREATE SCHEMA guards");
        FencedTable other = new FencedTable("guards.Marks_2");
        other.create(database);
        other.create(database);
        other.admit(one, LOCK, 5);
        one.commit();

        assertThat(number(two, "SELECT token FROM guards.marks_2")).isEqualTo(5);
        assertThat(number(two, "SELECT count(*) FROM tenure_fencing")).isZero();
    }

    @Test
    void manyMayMakeTheTableAtOnce() throws Exception {
        FencedTable other = new FencedTable("made_at_once");
        CompletableFuture<?>[] made = new CompletableFuture<?>[8];
        for (int i = 0; i < made.length; i++) {
            made[i] = started(() -> other.create(database));
        }
        CompletableFuture.allOf(made).get(60, TimeUnit.SECONDS);

        other.admit(one, LOCK, 5);
        one.rollback();
    }

    @Test
    void thePoolThatMakesTheTableMayHaveAutoCommitOff() throws SQLException {
        FencedTable other = new FencedTable("made_in_a_transaction");
        other.create(withoutAutoCommit());

        assertThat(number("SELECT count(*) FROM made_in_a_transaction")).isZero();
    }

    private void know(boolean known) throws SQLException {
        if (known) {
            admitAndCommit(one, 1);
        }
    }

    private void admitAndCommit(Connection connection, long token) throws SQLException {
        table.admit(connection, LOCK, token);
        connection.commit();
    }

    /** Carries it out on a thread of its own, and returns when it waits for another transaction. */
    CompletableFuture<Void> waiting(Work work) {
        CompletableFuture<Void> done = started(work);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> done.isDone() || oneWaits());
        assertThat(done).isNotDone();
        return done;
    }

    static CompletableFuture<Void> started(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Throwable failure) {
                        done.completeExceptionally(failure);
                    }
                })
                .start();
        return done;
    }

    /** The same database, as a pool gives it that has auto-commit off. */
    DataSource withoutAutoCommit() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> transaction());
    }

    Connection transaction() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    long mark(String resource) throws SQLException {
        return number("SELECT token FROM tenure_fencing WHERE resource = '" + resource + "'");
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection()) {
            execute(connection, sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return number(connection, sql);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).as(sql).isTrue();
            return rows.getLong(1);
        }
    }

    /** Something that a thread does with a database. */
    interface Work {
        void run() throws Exception;
    }
}
