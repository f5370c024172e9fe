package io.tenure.app;

import io.dropwizard.util.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of single settings, each of which adds one line that names the key, the rule and the value. */
final class Check {
    private Check() {}

    static void range(List<String> faults, String key, long value, long min, long max) {
        if (value < min || value > max) {
            faults.add(key + ": " + min + " to " + max + "; got " + value);
        }
    }

    static void range(List<String> faults, String key, Duration value, Duration min, Duration max) {
        if (value.toNanoseconds() < min.toNanoseconds() || value.toNanoseconds() > max.toNanoseconds()) {
            faults.add(key + ": " + text(min) + " to " + text(max) + "; got " + text(value));
        }
    }

    /** A duration or {@code none}, which gives null; anything else adds a line. */
    static @Nullable Duration optional(List<String> faults, String key, String value) {
        if (value.equals("none")) {
            return null;
        }
        try {
            return Duration.parse(value);
        } catch (IllegalArgumentException e) {
            faults.add(key + ": none, or a duration with a unit like 12h; got " + value);
            return null;
        }
    }

    static String text(Duration value) {
        return io.tenure.name.Durations.text(value.toJavaDuration());
    }
}
