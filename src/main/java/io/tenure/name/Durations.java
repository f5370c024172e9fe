package io.tenure.name;

import io.tenure.error.Refusal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads durations as the API writes them in: a whole number and one unit, such as {@code 500ms} or {@code 30s}.
 *
 * <p>Neither bare numbers, nor fractions, nor {@code 1h30m}, nor ISO 8601's {@code PT30S}: each has been misread by somebody.
 */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m|h|d)");
    /** What a text must be. */
    public static final String RULE = "a duration with a unit (ms, s, m, h, d), like \"30s\"";

    private Durations() {}

    /** The duration that the text says; {@code "0s"} is none, and whether none is allowed is for {@link #within} to say. */
    public static Duration parse(String field, String text) {
        if (text.equals("0s")) {
            return Duration.ZERO;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw Refusal.invalid(field, RULE, text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** The same duration, if it lies between the two, which are allowed themselves. */
    public static Duration within(String field, @Nullable Duration value, Duration min, Duration max) {
        if (value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw Refusal.invalid(
                    field,
                    "a duration with a unit, " + text(min) + " to " + text(max) + ", like \"30s\"",
                    value == null ? null : text(value));
        }
        return value;
    }

    /** A duration as it may be written in, with the largest unit that leaves a whole number. */
    public static String text(Duration value) {
        long millis = value.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86400 == 0 && seconds > 86400) {
            return seconds / 86400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
