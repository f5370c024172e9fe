package io.tenure.client.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tenure.audit.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresFencedTableIT extends FencedCrowdContract {
    @Override
    DataSource empty() {
        return new PostgresDatabase().source();
    }

    @Override
    boolean oneWaits() throws SQLException {
        return number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1;
    }

    @Test
    void aboveReadCommittedTheDatabaseRefusesWhatCameMeanwhile() throws SQLException {
        table.admit(one, LOCK, 5);
        one.commit();
        two.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        assertThat(number(two, "SELECT token FROM tenure_fencing")).isEqualTo(5);
        table.admit(one, LOCK, 6);
        one.commit();

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> table.admit(two, LOCK, 7))
                .satisfies(refused -> assertThat(refused.getSQLState()).isEqualTo("40001"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoMakesTheTableBehindAnotherFindsIt(boolean autoCommit) throws Exception {
        FencedTable other = new FencedTable("made_behind_another");
        execute(one, other.ddl());
        CompletableFuture<Void> made = waiting(() -> other.create(autoCommit ? database : withoutAutoCommit()));
        one.commit();
        made.get(30, TimeUnit.SECONDS);

        other.admit(two, LOCK, 5);
    }
}
