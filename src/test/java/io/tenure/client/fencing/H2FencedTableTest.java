package io.tenure.client.fencing;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class H2FencedTableTest extends FencedCrowdContract {
    /** For the first row of a resource H2 tries again and again, and does not call that waiting. */
    static final String LONG_MERGES =
            "SELECT count(*) FROM information_schema.sessions WHERE executing_statement LIKE 'MERGE%'"
                    + " AND executing_statement_start < DATEADD(MILLISECOND, -200, CURRENT_TIMESTAMP)";

    @Override
    DataSource empty() throws SQLException {
        return h2("");
    }

    /** A database in memory whose statements wait for long. */
    static DataSource h2(String mode) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=60;LOCK_TIMEOUT=60000" + mode);
        return source;
    }

    @Override
    boolean oneWaits() throws SQLException {
        return number(LONG_MERGES) == 1;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1st",
                "a-b",
                "a b",
                "a;b",
                "a\"b",
                "a'b",
                "a.b.c",
                ".a",
                "a.",
                "ä",
                "marks (resource) --",
                "a123456789012345678901234567890123456789012345678901234567890123"
            })
    void whatIsNoNameOfATableIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FencedTable(name))
                .withMessageContaining("'" + name + "'");
    }

    @Test
    void anotherDatabaseIsRefusedByName() {
        DatabaseMetaData data = (DatabaseMetaData) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (proxy, method, arguments) -> "Oracle");
        Connection other = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getName().equals("getMetaData") ? data : false);

        assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
                .isThrownBy(() -> table.admit(other, LOCK, 5))
                .withMessageContaining("Oracle");
    }
}
