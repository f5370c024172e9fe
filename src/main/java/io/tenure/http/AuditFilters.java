package io.tenure.http;

import io.tenure.audit.Action;
import io.tenure.audit.AuditFilter;
import io.tenure.audit.AuditFilter.Field;
import io.tenure.audit.AuditFilter.On;
import io.tenure.audit.PageRequest;
import io.tenure.audit.PageRequest.Order;
import io.tenure.error.Refusal;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the parameters of the audit queries. */
final class AuditFilters {
    private static final long MOST_TOKEN = (1L << 53) - 1;
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final int MOST_VALUES = 100;

    private AuditFilters() {}

    static AuditFilter read(Query query) {
        Map<Field, List<String>> oneOf = new EnumMap<>(Field.class);
        oneOf.put(Field.KIND, each(query, "kind", text -> Kind.of(text).wire()));
        oneOf.put(Field.NAME, each(query, "name", text -> new Name(text).value()));
        oneOf.put(Field.OWNER, each(query, "owner", text -> text));
        oneOf.put(Field.PRINCIPAL, each(query, "principal", text -> text));
        oneOf.put(Field.ADDRESS, each(query, "address", text -> text));
        oneOf.put(Field.LEASE, each(query, "lease", text -> new LeaseId(text).value()));
        oneOf.put(Field.TOKEN, each(query, "token", text -> token("token", text)));
        oneOf.put(Field.ACTION, each(query, "action", text -> constant("action", Action.values(), text)));
        oneOf.put(Field.ENDED_BY, each(query, "endedBy", text -> constant("endedBy", EndedBy.values(), text)));
        AuditFilter filter = new AuditFilter(
                oneOf,
                each(query, "prefix", AuditFilters::prefix),
                query.number("fromToken", 0, MOST_TOKEN).orElse(null),
                query.text("open").isPresent() ? query.flag("open") : null,
                query.duration("minHeld", Duration.ZERO, LONGEST).orElse(null),
                query.duration("minWaited", Duration.ZERO, LONGEST).orElse(null),
                time(query, "from").orElse(null),
                time(query, "to").orElse(null),
                query.text("on").map(text -> word("on", On.values(), text)).orElse(On.OVERLAPS));
        if (filter.from() != null && filter.to() != null && !filter.from().isBefore(filter.to())) {
            throw Refusal.invalid(
                    "to", "a time after \"from\"", query.text("to").orElse(""));
        }
        return filter;
    }

    static PageRequest page(Query query) {
        return new PageRequest(
                query.text("order")
                        .map(text -> word("order", Order.values(), text))
                        .orElse(Order.NEWEST),
                query.number("limit", 1, PageRequest.MOST).orElse(100L).intValue(),
                query.text("cursor").orElse(null));
    }

    /** A moment with its offset, to the millisecond. */
    static Optional<Instant> time(Query query, String name) {
        return query.text(name).map(text -> {
            try {
                OffsetDateTime time = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME);
                if (time.getYear() < 1970 || time.getYear() > 9999) {
                    throw Refusal.invalid(name, "a time from 1970 to 9999", text);
                }
                return Instant.ofEpochMilli(time.toInstant().toEpochMilli());
            } catch (DateTimeParseException e) {
                throw Refusal.invalid(name, "a time with its offset, like \"2026-11-22T02:00:00Z\"", text);
            }
        });
    }

    private static List<String> each(Query query, String name, Function<String, String> read) {
        List<String> values = query.all(name);
        if (values.size() > MOST_VALUES) {
            throw Refusal.invalid(name, "at most " + MOST_VALUES + " times", values.size() + " times");
        }
        return values.stream()
                .map(value -> {
                    if (value.indexOf('\0') >= 0) {
                        throw Refusal.invalid(name, "text without a NUL character", value.replace('\0', '?'));
                    }
                    return read.apply(value);
                })
                .toList();
    }

    private static String prefix(String text) {
        try {
            return new Name(text).value();
        } catch (Refusal refused) {
            throw Refusal.invalid("prefix", "what a name may begin with, " + Name.FORM, text);
        }
    }

    private static String token(String name, String text) {
        if (!text.matches("[0-9]{1,16}") || Long.parseLong(text) > MOST_TOKEN) {
            throw Refusal.invalid(name, "a whole number, 0 to " + MOST_TOKEN, text);
        }
        return Long.toString(Long.parseLong(text));
    }

    /** A word that the API writes in upper case. */
    private static <E extends Enum<E>> String constant(String name, E[] known, String text) {
        return Arrays.stream(known)
                .map(Enum::name)
                .filter(text::equals)
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                        name,
                        "one of " + Arrays.stream(known).map(Enum::name).collect(Collectors.joining(", ")),
                        text));
    }

    /** A word that the API writes in lower case. */
    private static <E extends Enum<E>> E word(String name, E[] known, String text) {
        return Arrays.stream(known)
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                        name,
                        "one of "
                                + Arrays.stream(known)
                                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", ")),
                        text));
    }
}
