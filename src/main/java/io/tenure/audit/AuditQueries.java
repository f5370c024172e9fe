package io.tenure.audit;

import io.tenure.audit.AuditFilter.Field;
import io.tenure.audit.PageRequest.Order;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * The questions that the audit database answers. Blocking; safe for use by many threads.
 *
 * <p>Each fails with a {@link Refusal} {@code AUDIT_UNAVAILABLE} when the database cannot be asked, and {@code INVALID_CURSOR} for a
 * cursor of another question.
 */
public final class AuditQueries {
    private static final RowMapper<AuditEvent> EVENT = (row, context) -> Rows.event(row);
    private static final RowMapper<Tenure> TENURE = (row, context) -> Rows.tenure(row);

    /** Fields that an index begins with and goes on with the events' numbers, the one that leaves least first. */
    private static final List<Field> EVENTS_INDEXED = List.of(Field.OWNER, Field.PRINCIPAL, Field.KIND);

    /** The same for the order of tenures. */
    private static final List<Field> TENURES_INDEXED = List.of(Field.OWNER, Field.KIND);

    private final Jdbi jdbi;
    private final LongSupplier now;

    /** @param now milliseconds since 1970, for tenures that are open: how long they have been held */
    public AuditQueries(Jdbi jdbi, LongSupplier now) {
        this.jdbi = jdbi;
        this.now = now;
    }

    /** What happened, in the order of the events' numbers. */
    public AuditPage<AuditEvent> events(AuditFilter filter, PageRequest page) {
        String question = question("events", filter.canonical(), page);
        Cursor cursor = cursor(page, question);
        return ask(handle -> {
            Conditions conditions = new Conditions().common(filter).events(filter);
            if (cursor != null) {
                conditions.eventsAfter(cursor, page.order());
            }
            String sql = "SELECT " + Rows.EVENT + " FROM events" + conditions.where()
                    + order(filter, page, EVENTS_INDEXED, "number")
                    + " LIMIT :limit";
            return page(handle, conditions, sql, EVENT, page, question, cursor, event -> new Cursor(0, event.number()));
        });
    }

    /** Tenures, in the order of their grants. */
    public AuditPage<Tenure> tenures(AuditFilter filter, PageRequest page) {
        return ask(handle -> tenures(
                handle,
                "tenures",
                Rows.TENURE,
                new Conditions().common(filter).tenures(filter, now.getAsLong()),
                filter,
                page));
    }

    /** Who held at a moment. What happened at the very moment has happened; the events' order decides, not the clock. */
    public Holders holders(Instant at, AuditFilter filter, PageRequest page) {
        return ask(handle -> {
            long last = lastNumber(handle, at);
            Conditions open = new Conditions()
                    .common(filter)
                    .tenures(filter, now.getAsLong())
                    .and("(granted_number <= :last OR granted_number IS NULL AND granted_at <= :at)")
                    .and("(ended_number IS NULL OR ended_number > :last)")
                    .value("last", last)
                    .value("at", at.toEpochMilli());
            AuditPage<Tenure> holders = tenures(handle, "holders " + at, Rows.TENURE_THEN, open, filter, page);
            if (!oneName(filter)) {
                return new Holders(holders, null, null);
            }
            return new Holders(
                    holders,
                    first(handle, filter, "ended_number <= :last", "ended_number DESC", last),
                    first(handle, filter, "granted_number > :last", "granted_number", last));
        });
    }

    /** Whether the token was ever granted for this name. */
    public boolean tokenKnown(Kind kind, Name name, long token) {
        return ask(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM tenures WHERE token = :token AND kind = :kind AND name = :name")
                        .bind("token", token)
                        .bind("kind", kind.wire())
                        .bind("name", name.value())
                        .mapTo(Long.class)
                        .one()
                > 0);
    }

    /** The newest token that was granted for this name; empty when none was. */
    public OptionalLong newestToken(Kind kind, Name name) {
        return ask(handle -> handle.createQuery("""
                        SELECT token FROM tenures WHERE kind = :kind AND name = :name
                        ORDER BY kind DESC, name DESC, granted_at DESC, tenure DESC LIMIT 1""")
                .bind("kind", kind.wire())
                .bind("name", name.value())
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty));
    }

    /**
     * The median time, in milliseconds, for which the name was held: of the last 100 tenures at most that their owner ended or that
     * expired, among the 1000 newest. Of an even number the lower of the two in the middle. Empty when there is none.
     */
    public OptionalLong medianHeldMillis(Kind kind, Name name) {
        List<Long> held = ask(handle -> handle.createQuery("""
                        SELECT held_ms FROM (
                            SELECT held_ms, ended_by, granted_at, tenure FROM tenures WHERE kind = :kind AND name = :name
                            ORDER BY kind DESC, name DESC, granted_at DESC, tenure DESC LIMIT 1000) AS newest
                        WHERE ended_by IN ('RELEASED', 'RESIGNED', 'EXPIRED')
                        ORDER BY granted_at DESC, tenure DESC LIMIT 100""")
                .bind("kind", kind.wire())
                .bind("name", name.value())
                .mapTo(Long.class)
                .list());
        return held.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(held.stream().sorted().toList().get((held.size() - 1) / 2));
    }

    private static AuditPage<Tenure> tenures(
            Handle handle, String what, String columns, Conditions conditions, AuditFilter filter, PageRequest page) {
        String question = question(what, filter.canonical(), page);
        Cursor cursor = cursor(page, question);
        if (cursor != null) {
            conditions.tenuresAfter(cursor, page.order());
        }
        String sql = "SELECT " + columns + " FROM tenures" + conditions.where()
                + order(filter, page, TENURES_INDEXED, "granted_at", "tenure") + " LIMIT :limit";
        return page(
                handle,
                conditions,
                sql,
                TENURE,
                page,
                question,
                cursor,
                tenure -> new Cursor(tenure.grantedAt(), tenure.tenure()));
    }

    private static <T> AuditPage<T> page(
            Handle handle,
            Conditions conditions,
            String sql,
            RowMapper<T> mapper,
            PageRequest page,
            String question,
            @Nullable Cursor before,
            Function<T, Cursor> place) {
        Progress progress = Progress.read(handle);
        List<T> found = conditions
                .bind(handle.createQuery(sql))
                .bind("limit", page.limit() + 1)
                .map(mapper)
                .list();
        boolean more = found.size() > page.limit();
        List<T> items = more ? found.subList(0, page.limit()) : found;
        Cursor end = items.isEmpty() ? before : place.apply(items.get(items.size() - 1));
        String next = null;
        if (page.order() == Order.OLDEST) {
            next = (end == null ? Cursor.START : end).text(question); // there is always a tomorrow
        } else if (more && end != null) {
            next = end.text(question);
        }
        return new AuditPage<>(items, next, progress.recordedUntil(), progress.number(), progress.quarantined());
    }

    private static long lastNumber(Handle handle, Instant at) {
        return handle.createQuery("SELECT number FROM events WHERE at <= :at ORDER BY at DESC, number DESC LIMIT 1")
                .bind("at", at.toEpochMilli())
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    private static @Nullable Tenure first(Handle handle, AuditFilter filter, String clause, String order, long last) {
        Conditions conditions = new Conditions()
                .common(AuditFilter.ALL
                        .with(Field.KIND, filter.values(Field.KIND).get(0))
                        .with(Field.NAME, filter.values(Field.NAME).get(0)))
                .and(clause)
                .value("last", last);
        return conditions
                .bind(handle.createQuery("SELECT " + Rows.TENURE + " FROM tenures" + conditions.where() + " ORDER BY "
                        + order + " LIMIT 1"))
                .map(TENURE)
                .findOne()
                .orElse(null);
    }

    private static String question(String what, String filter, PageRequest page) {
        return what + "\n" + page.order() + "\n" + filter;
    }

    private static @Nullable Cursor cursor(PageRequest page, String question) {
        return page.cursor() == null ? null : Cursor.of(page.cursor(), question);
    }

    private static boolean oneName(AuditFilter filter) {
        return one(filter, Field.KIND) && one(filter, Field.NAME);
    }

    /** Whether there are few by what is asked: then H2 must not be drawn to an index that has the order. */
    private static boolean isOneOfMany(AuditFilter filter) {
        return !filter.values(Field.LEASE).isEmpty()
                || !filter.values(Field.TOKEN).isEmpty();
    }

    private static boolean one(AuditFilter filter, Field field) {
        return filter.values(field).size() == 1;
    }

    /**
     * The order of the pages, which begins with columns that have one value in all of them, if an index does: H2 sorts what is not said
     * to be in the order of an index in full, and reads all of it for each page.
     *
     * @param indexed the fields that an index begins with and goes on with the columns
     */
    private static String order(AuditFilter filter, PageRequest page, List<Field> indexed, String... columns) {
        String direction = page.order() == Order.OLDEST ? " ASC" : " DESC";
        Stream<String> given =
                given(filter, indexed).stream().map(field -> field.name().toLowerCase(Locale.ROOT));
        return Stream.concat(given, Stream.of(columns))
                .map(column -> column + direction)
                .collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    /** The fields that have one value in all pages and that an index begins with. */
    private static List<Field> given(AuditFilter filter, List<Field> indexed) {
        if (isOneOfMany(filter)) {
            return List.of();
        }
        if (oneName(filter)) {
            return List.of(Field.KIND, Field.NAME);
        }
        return indexed.stream().filter(field -> one(filter, field)).limit(1).toList();
    }

    private <T> T ask(Function<Handle, T> question) {
        try {
            return jdbi.inTransaction(question::apply);
        } catch (JdbiException e) {
            throw Refusal.of(ErrorCode.AUDIT_UNAVAILABLE, "the audit database cannot be asked now");
        }
    }
}
