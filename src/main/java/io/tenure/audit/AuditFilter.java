package io.tenure.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events or tenures are asked for: all conditions hold, and of the values of one field any.
 *
 * @param oneOf the values that a field may have; a field that is not in it may have any
 * @param prefixes what the name may begin with; any when empty
 * @param fromToken the least token
 * @param open whether the tenure has not ended; tenures only
 * @param minHeld how long it was held at least, or is by now; tenures only
 * @param minWaited how long it waited at least; tenures only
 * @param from the beginning of the range, which belongs to it
 * @param to the end of the range, which does not
 * @param on what has to lie in the range; tenures only
 */
public record AuditFilter(
        Map<Field, List<String>> oneOf,
        List<String> prefixes,
        @Nullable Long fromToken,
        @Nullable Boolean open,
        @Nullable Duration minHeld,
        @Nullable Duration minWaited,
        @Nullable Instant from,
        @Nullable Instant to,
        On on) {
    /** Everything. */
    public static final AuditFilter ALL =
            new AuditFilter(Map.of(), List.of(), null, null, null, null, null, null, On.OVERLAPS);

    public AuditFilter {
        Map<Field, List<String>> sorted = new EnumMap<>(Field.class);
        oneOf.forEach((field, values) -> {
            if (!values.isEmpty()) {
                sorted.put(field, values.stream().sorted().distinct().toList());
            }
        });
        oneOf = Collections.unmodifiableMap(sorted);
        prefixes = prefixes.stream().sorted().distinct().toList();
    }

    /** A field that is asked for by its value. */
    public enum Field {
        KIND,
        NAME,
        OWNER,
        PRINCIPAL,
        ADDRESS,
        LEASE,
        TOKEN,
        /** Events only. */
        ACTION,
        ENDED_BY
    }

    /** Which part of a tenure has to lie in the range. */
    public enum On {
        GRANTED,
        ENDED,
        /** Any: what was running in the range. */
        OVERLAPS
    }

    /** The same, with these values for a field. */
    public AuditFilter with(Field field, String... values) {
        Map<Field, List<String>> more = new EnumMap<>(Field.class);
        more.putAll(oneOf);
        more.put(field, List.of(values));
        return new AuditFilter(more, prefixes, fromToken, open, minHeld, minWaited, from, to, on);
    }

    /** The values of a field; none when it may have any. */
    public List<String> values(Field field) {
        return oneOf.getOrDefault(field, List.of());
    }

    /** What tells this filter from others, in a form that later versions keep: what is not asked for is not in it. */
    String canonical() {
        List<String> parts = new ArrayList<>();
        oneOf.forEach((field, values) -> values.forEach(value -> parts.add(field.name() + "=" + value)));
        prefixes.forEach(prefix -> parts.add("PREFIX=" + prefix));
        add(parts, "FROM_TOKEN", fromToken);
        add(parts, "OPEN", open);
        add(parts, "MIN_HELD", minHeld);
        add(parts, "MIN_WAITED", minWaited);
        add(parts, "FROM", from);
        add(parts, "TO", to);
        if (on != On.OVERLAPS) {
            parts.add("ON=" + on);
        }
        return String.join("\n", parts);
    }

    private static void add(List<String> parts, String name, @Nullable Object value) {
        if (value != null) {
            parts.add(name + "=" + value);
        }
    }
}
