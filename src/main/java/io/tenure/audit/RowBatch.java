package io.tenure.audit;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * Many rows for one statement, in the transaction of a handle: the columns of a row one after the other, then {@link #add}.
 *
 * <p>Goes to JDBC directly, for these are the statements that run for each record: a batch of JDBI's looks for a converter for each
 * value, which took more time than putting the rows in. Fails as JDBI's would, with a {@link org.jdbi.v3.core.JdbiException}. For one
 * thread.
 */
final class RowBatch implements AutoCloseable {
    private final PreparedStatement statement;
    private int column;

    /** @param sql with a question mark for each column */
    RowBatch(Handle handle, String sql) {
        try {
            this.statement = handle.getConnection().prepareStatement(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    RowBatch text(@Nullable String value) {
        return set(Types.VARCHAR, value == null ? null : at -> statement.setString(at, value));
    }

    RowBatch number(@Nullable Long value) {
        return set(Types.BIGINT, value == null ? null : at -> statement.setLong(at, value));
    }

    RowBatch integer(@Nullable Integer value) {
        return set(Types.INTEGER, value == null ? null : at -> statement.setInt(at, value));
    }

    RowBatch bytes(byte @Nullable [] value) {
        return set(Types.VARBINARY, value == null ? null : at -> statement.setBytes(at, value));
    }

    private RowBatch set(int type, @Nullable Setter setter) {
        try {
            column++;
            if (setter == null) {
                statement.setNull(column, type);
            } else {
                setter.set(column);
            }
            return this;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The row is complete. */
    void add() {
        try {
            statement.addBatch();
            column = 0;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Carries the statement out for each row; how many rows of the table each of them changed. */
    int[] execute() {
        try {
            return statement.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            statement.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static UnableToExecuteStatementException failed(SQLException fault) {
        return new UnableToExecuteStatementException(fault.getMessage(), fault, null);
    }

    private interface Setter {
        void set(int column) throws SQLException;
    }
}
