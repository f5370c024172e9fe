package io.tenure.http;

import io.tenure.error.Refusal;
import io.tenure.name.Durations;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The query parameters of one request, read by the rules that bodies are read by: what a resource asks for as
 * {@code @Context Query query}. {@link Takes} names those that it may have.
 */
public final class Query {
    private final MultivaluedMap<String, String> parameters;

    Query(MultivaluedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    /** The parameter's text; refused when it is given twice. */
    public Optional<String> text(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw Refusal.invalid(name, "at most once", values.size() + " times");
        }
        return values.stream().findFirst();
    }

    /** All of a parameter's values, in the order given. */
    public List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** The parameter as a duration between the two. */
    public Optional<Duration> duration(String name, Duration min, Duration max) {
        return text(name).map(text -> Durations.within(name, Durations.parse(name, text), min, max));
    }

    /** The parameter as a whole number between the two. */
    public Optional<Long> number(String name, long min, long max) {
        return text(name).map(text -> {
            if (!text.matches("-?[0-9]{1,18}") || Long.parseLong(text) < min || Long.parseLong(text) > max) {
                throw Refusal.invalid(name, "a whole number, " + min + " to " + max, text);
            }
            return Long.parseLong(text);
        });
    }

    /** Whether the parameter is {@code true}; false when it is not there. */
    public boolean flag(String name) {
        return text(name)
                .map(text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw Refusal.invalid(name, "true or false", text);
                })
                .orElse(false);
    }
}
