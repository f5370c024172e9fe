package io.tenure.documents;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.PostgresDatabase;
import io.tenure.client.fencing.FencedTable;
import java.nio.file.Path;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The statements of docs/fencing.md for those without Java, on PostgreSQL. */
class FencingSqlIT {
    private static final Path FILE = Repository.TOP.resolve("src/test/resources/io/tenure/documents/fencing.sql");
    private static final Map<String, String> STATEMENTS = Snippets.regions(FILE, Repository.text(FILE)).stream()
            .collect(toMap(region -> region.source().region(), Snippets.Region::text));

    private Jdbi database;

    @BeforeEach
    void begin() throws Exception {
        PostgresDatabase postgres = new PostgresDatabase();
        new FencedTable().create(postgres.source());
        database = Jdbi.create(postgres.source());
        database.useHandle(
                handle -> handle.execute("CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT, token BIGINT)"));
        database.useHandle(handle -> handle.execute("INSERT INTO account VALUES (1, 100, 0)"));
    }

    @Test
    void aRowThatHasATokenRefusesALowerOne() {
        assertThat(row(70, 33)).isEqualTo(1);
        assertThat(row(60, 33)).isEqualTo(1);
        assertThat(row(50, 34)).isEqualTo(1);
        assertThat(row(0, 33)).isZero();

        assertThat(number("SELECT balance FROM account")).isEqualTo(50);
    }

    @Test
    void theTableIsTheOneThatJavaUses() throws Exception {
        assertThat(table(33)).isEqualTo(1);
        assertThat(table(33)).isEqualTo(1);
        database.useTransaction(handle -> new FencedTable().admit(handle.getConnection(), "lock/ledger", 34));
        assertThat(table(33)).isZero();
        assertThat(table(35)).isEqualTo(1);

        assertThat(number("SELECT token FROM tenure_fencing")).isEqualTo(35);
    }

    private int row(long balance, long token) {
        return database.withHandle(handle -> handle.createUpdate(STATEMENTS.get("row"))
                .bind("balance", balance)
                .bind("token", token)
                .bind("id", 1)
                .execute());
    }

    private int table(long token) {
        return database.withHandle(handle -> handle.createUpdate(STATEMENTS.get("table"))
                .bind("resource", "lock/ledger")
                .bind("token", token)
                .execute());
    }

    private long number(String sql) {
        return database.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
