package io.tenure.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.AuditFilter.Field;
import io.tenure.audit.AuditFilter.On;
import io.tenure.audit.PageRequest.Order;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page reads no more rows than it shows in H2, which does not sort what an index has in order only when it is told so. */
class H2IndexTest {
    private static final Pattern READ = Pattern.compile("scanCount: (\\d+)");
    private static final int TENURES = 3000;
    private static final AuditFilter HOT =
            AuditFilter.ALL.with(Field.KIND, "lock").with(Field.NAME, "hot");

    private static final AuditFilter MIDDLE = new AuditFilter(
            Map.of(), List.of(), null, null, null, null, at(TENURES / 4), at(TENURES * 3 / 4), On.OVERLAPS);

    /** What is asked of all names. */
    private static final List<AuditFilter> WIDE = List.of(
            AuditFilter.ALL,
            AuditFilter.ALL.with(Field.KIND, "lock"),
            AuditFilter.ALL.with(Field.OWNER, "me"),
            AuditFilter.ALL.with(Field.KIND, "lock").with(Field.OWNER, "me"));

    private static final List<AuditFilter> WIDE_EVENTS = List.of(
            AuditFilter.ALL.with(Field.ACTION, "GRANTED"),
            AuditFilter.ALL.with(Field.PRINCIPAL, "p"),
            MIDDLE,
            MIDDLE.with(Field.KIND, "lock").with(Field.ACTION, "GRANTED"));

    private static final Map<String, Object> VALUES = Map.ofEntries(
            Map.entry("kind", "lock"),
            Map.entry("kind0", "lock"),
            Map.entry("name", "hot"),
            Map.entry("name0", "hot"),
            Map.entry("owner0", "me"),
            Map.entry("lease0", "l7"),
            Map.entry("token0", 7L),
            Map.entry("principal0", "p"),
            Map.entry("action0", "GRANTED"),
            Map.entry("from", TENURES / 4),
            Map.entry("to", TENURES * 3 / 4),
            Map.entry("afterNumber", TENURES / 2),
            Map.entry("afterAt", TENURES / 2),
            Map.entry("limit", 11));

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
                    INSERT INTO tenures (tenure, kind, name, token, lease, owner, granted_at, ended_at, held_ms, ended_by)
                    SELECT x, 'lock', 'hot', x, 'l' || x, 'me', x, x + 1, 1, 'REVOKED' FROM SYSTEM_RANGE(1, ?) AS many (x)""", TENURES);
            handle.execute("""
                    INSERT INTO events (number, position, record, ordinal, at, action, kind, name, lease, owner, principal, server)
                    SELECT x, x, 'r' || x, 0, x, 'GRANTED', 'lock', 'hot', 'l' || x, 'me', 'p', 's1' FROM SYSTEM_RANGE(1, ?) AS many (x)""", TENURES);
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
                .bindMap(VALUES)
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

    @Test
    void aPageOfAllNamesReadsThePage() {
        for (Order order : Order.values()) {
            Stream.concat(WIDE.stream(), WIDE_EVENTS.stream())
                    .forEach(filter -> assertReadsThePage(order, page -> queries.events(filter, page)));
            WIDE.forEach(filter -> assertReadsThePage(order, page -> queries.tenures(filter, page)));
        }
    }

    /** An index that has the order must not be preferred to one that finds the few there are. */
    @Test
    void whatIsOneOfManyIsFoundAndNotLookedFor() {
        PageRequest page = new PageRequest(Order.NEWEST, 10, null);
        AuditFilter lease = AuditFilter.ALL.with(Field.KIND, "lock").with(Field.LEASE, "l7");
        AuditFilter token = AuditFilter.ALL.with(Field.KIND, "lock").with(Field.TOKEN, "7");
        for (AuditFilter filter : List.of(lease, lease.with(Field.OWNER, "me"), token)) {
            assertThat(read(() ->
                            assertThat(queries.tenures(filter, page).items()).hasSize(1)))
                    .as(asked.toString())
                    .isLessThan(5);
        }
        for (AuditFilter filter : List.of(lease, lease.with(Field.OWNER, "me"))) {
            assertThat(read(() ->
                            assertThat(queries.events(filter, page).items()).hasSize(1)))
                    .as(asked.toString())
                    .isLessThan(5);
        }
    }

    /** The first page and the next, whose cursor stands in the middle. */
    private void assertReadsThePage(Order order, Function<PageRequest, AuditPage<?>> question) {
        PageRequest first = new PageRequest(order, 10, null);
        AuditPage<?> page = question.apply(first);
        assertThat(page.items()).hasSize(10);
        for (PageRequest each : List.of(first, new PageRequest(order, 10, page.next()))) {
            long rows = read(() -> assertThat(question.apply(each).items()).isNotEmpty());
            assertThat(rows).as(asked.toString()).isBetween(11L, 12L);
        }
    }

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
