package io.tenure.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The form of times on the wire: RFC 3339, UTC, always three decimals, so that they sort as text. */
public final class Times {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Times() {}

    /** The time as text. */
    public static String text(long millis) {
        return FORM.format(Instant.ofEpochMilli(millis));
    }

    /** The time as text, or null. */
    public static @Nullable String textOrNull(@Nullable Long millis) {
        return millis == null ? null : text(millis);
    }

    /** The time that a text of this form tells. */
    public static long millis(String text) {
        return Instant.parse(text).toEpochMilli();
    }
}
