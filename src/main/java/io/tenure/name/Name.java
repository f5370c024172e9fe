package io.tenure.name;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tenure.error.Refusal;
import java.util.regex.Pattern;

/**
 * The name of a lock, or of another thing that leases hold: 1 to 200 characters that are safe in a URL and in a ZooKeeper path.
 *
 * @param value the name as the user wrote it; names are case-sensitive
 */
public record Name(String value) implements Comparable<Name> {
    /** The rule, as a regular expression; {@code GET /v1/limits} tells it. */
    public static final String FORM = "^[A-Za-z0-9][A-Za-z0-9._:@=+~-]{0,199}$";

    private static final Pattern PATTERN = Pattern.compile(FORM);

    @JsonCreator
    public Name {
        if (!PATTERN.matcher(value).matches()) {
            throw Refusal.invalid("name", "1 to 200 characters, " + FORM, value);
        }
    }

    @JsonValue
    @Override
    public String value() {
        return value;
    }

    @Override
    public int compareTo(Name other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
