package io.tenure.audit;

import io.tenure.audit.AuditFilter.Field;
import io.tenure.audit.PageRequest.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/** The conditions of one query: SQL with named values, never a stranger's text. Not safe for use by several threads. */
final class Conditions {
    private final List<String> clauses = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    Conditions and(String clause) {
        clauses.add(clause);
        return this;
    }

    Conditions value(String name, Object value) {
        values.put(name, value);
        return this;
    }

    /** What both tables have. */
    Conditions common(AuditFilter filter) {
        filter.oneOf().forEach((field, wanted) -> {
            if (field == Field.TOKEN) {
                anyOf("token", wanted, Long::valueOf);
            } else {
                anyOf(field.name().toLowerCase(Locale.ROOT), wanted, text -> text);
            }
        });
        List<String> prefixes = new ArrayList<>();
        for (String prefix : filter.prefixes()) {
            String name = "prefix" + prefixes.size();
            prefixes.add("name LIKE :" + name + " ESCAPE '!'");
            value(name, prefix.replace("!", "!!").replace("_", "!_").replace("%", "!%") + "%");
        }
        if (!prefixes.isEmpty()) {
            and("(" + String.join(" OR ", prefixes) + ")");
        }
        if (filter.fromToken() != null) {
            and("token >= :fromToken").value("fromToken", filter.fromToken());
        }
        return this;
    }

    /** What only events are asked. Their times never go back, so a range of times is one of numbers, in which a page is in order. */
    Conditions events(AuditFilter filter) {
        if (filter.from() != null) {
            and("number >= (SELECT number FROM events WHERE at >= :from ORDER BY at, number LIMIT 1)")
                    .value("from", filter.from().toEpochMilli());
        }
        if (filter.to() != null) {
            and("number <= (SELECT number FROM events WHERE at < :to ORDER BY at DESC, number DESC LIMIT 1)")
                    .value("to", filter.to().toEpochMilli());
        }
        return this;
    }

    /** What only tenures are asked. */
    Conditions tenures(AuditFilter filter, long now) {
        if (!filter.values(Field.LEASE).isEmpty()) {
            // tenures have no index of leases: a lease's are found by its events, of which one gave the tenure its
            // number
            and("tenure IN (SELECT number FROM events WHERE lease IN ("
                    + String.join(
                            ", ", names("lease", filter.values(Field.LEASE).size())) + "))");
        }
        if (filter.open() != null) {
            and(filter.open() ? "ended_at IS NULL" : "ended_at IS NOT NULL");
        }
        if (filter.minHeld() != null) {
            and("COALESCE(held_ms, :now - granted_at) >= :minHeld")
                    .value("now", now)
                    .value("minHeld", filter.minHeld().toMillis());
        }
        if (filter.minWaited() != null) {
            and("waited_ms >= :minWaited").value("minWaited", filter.minWaited().toMillis());
        }
        range(filter);
        return this;
    }

    private void range(AuditFilter filter) {
        if (filter.from() != null) {
            value("from", filter.from().toEpochMilli());
            and(
                    switch (filter.on()) {
                        case GRANTED -> "granted_at >= :from";
                        case ENDED -> "ended_at >= :from";
                        case OVERLAPS -> "(ended_at IS NULL OR ended_at > :from OR granted_at >= :from)";
                    });
        }
        if (filter.to() != null) {
            value("to", filter.to().toEpochMilli());
            and(
                    switch (filter.on()) {
                        case GRANTED, OVERLAPS -> "granted_at < :to";
                        case ENDED -> "ended_at < :to";
                    });
        }
    }

    /** Events behind the cursor. */
    Conditions eventsAfter(Cursor cursor, Order order) {
        return and(order == Order.OLDEST ? "number > :afterNumber" : "number < :afterNumber")
                .value("afterNumber", cursor.number());
    }

    /** Tenures behind the cursor. */
    Conditions tenuresAfter(Cursor cursor, Order order) {
        value("afterAt", cursor.at()).value("afterNumber", cursor.number());
        return order == Order.OLDEST
                ? and("granted_at >= :afterAt AND (granted_at > :afterAt OR tenure > :afterNumber)")
                : and("granted_at <= :afterAt AND (granted_at < :afterAt OR tenure < :afterNumber)");
    }

    /** The clause, with the word that begins it; empty when there is no condition. */
    String where() {
        return clauses.isEmpty() ? "" : " WHERE " + String.join(" AND ", clauses);
    }

    Query bind(Query query) {
        return query.bindMap(values);
    }

    private void anyOf(String column, List<String> wanted, Function<String, Object> value) {
        List<String> names = names(column, wanted.size());
        for (int i = 0; i < names.size(); i++) {
            value(names.get(i).substring(1), value.apply(wanted.get(i)));
        }
        and(column + " IN (" + String.join(", ", names) + ")");
    }

    private static List<String> names(String column, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(":" + column + i);
        }
        return names;
    }
}
