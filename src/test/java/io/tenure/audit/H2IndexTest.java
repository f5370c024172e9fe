package io.tenure.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.AuditFilter.Field;
import io.tenure.audit.PageRequest.Order;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A question about one name reads a few rows in H2, which does not sort what an index has in order only when it is told so. */
class H2IndexTest {
    private static final Pattern READ = Pattern.compile("scanCount: (\\d+)");
    private static final int TENURES = 3000;
    private static final AuditFilter HOT =
            AuditFilter.ALL.with(Field.KIND, "lock").with(Field.NAME, "hot");

    private final TestDatabase database = new H2Database();
    private final Jdbi jdbi = Jdbi.create(database.source());
    private final List<String> asked = new ArrayList<>();
    private final AuditQueries queries = new AuditQueries(listening(Jdbi.create(database.source())), () -> 5000);

    private Jdbi listening(Jdbi source) {
        return source.setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                asked.add(context.getRenderedSql());
            }
        });
    }

    @BeforeEach
    void manyTenuresOfOneName() {
        assertThat(new Migrations(database.source()).run().ready()).isTrue();
        jdbi.useHandle(handle -> {
            handle.execute("""
                    INSERT INTO tenures (tenure, kind, name, token, lease, granted_at, ended_at, held_ms, ended_by)
                    SELECT x, 'lock', 'hot', x, 'l' || x, x, x + 1, 1, 'REVOKED' FROM SYSTEM_RANGE(1, ?) AS many (x)""", TENURES);
            handle.execute("""
                    INSERT INTO events (number, position, record, ordinal, at, action, kind, name, server)
                    SELECT x, x, 'r' || x, 0, x, 'GRANTED', 'lock', 'hot', 's1' FROM SYSTEM_RANGE(1, ?) AS many (x)""", TENURES);
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** The most rows that one of the statements reads which the question is made of. */
    private long read(Runnable question) {
        asked.clear();
        question.run();
        assertThat(asked).isNotEmpty();
        return asked.stream().mapToLong(this::read).max().orElseThrow();
    }

    private long read(String sql) {
        String plan = jdbi.withHandle(handle -> handle.createQuery("EXPLAIN ANALYZE " + sql)
                .configure(SqlStatements.class, statements -> statements.setUnusedBindingAllowed(true))
                .bindMap(Map.of("kind", "lock", "kind0", "lock", "name", "hot", "name0", "hot", "limit", 11))
                .mapTo(String.class)
                .one());
        return READ.matcher(plan)
                .results()
                .map((MatchResult found) -> Long.valueOf(found.group(1)))
                .max(Long::compare)
                .orElse(0L);
    }

    @Test
    void theMedianReadsTheNewestThousandAtMost() {
        assertThat(read(() -> queries.medianHeldMillis(Kind.LOCK, new Name("hot"))))
                .isBetween(1000L, 1001L);
    }

    @Test
    void theNewestTokenIsReadAlone() {
        assertThat(queries.newestToken(Kind.LOCK, new Name("hot"))).hasValue(TENURES);
        assertThat(read(() -> queries.newestToken(Kind.LOCK, new Name("hot")))).isBetween(1L, 2L);
    }

    @Test
    void aPageOfOneNameReadsThePage() {
        for (Order order : Order.values()) {
            PageRequest page = new PageRequest(order, 10, null);
            assertThat(read(() -> queries.tenures(HOT, page))).isBetween(11L, 12L);
            assertThat(read(() -> queries.events(HOT, page))).isBetween(11L, 12L);
        }
    }
}
