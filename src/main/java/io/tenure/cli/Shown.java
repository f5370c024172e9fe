package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/**
 * How fields of the servers' answers are shown to people: times as they are where this machine is, durations in their two largest units.
 * What is missing is {@link Table#NOTHING}.
 *
 * @param now when it is looked at
 */
record Shown(ZonedDateTime now) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /** As of now by this clock. */
    static Shown by(Clock clock) {
        return new Shown(clock.instant().atZone(clock.getZone()));
    }

    /** A text or a number as it is. */
    static String text(JsonNode field) {
        String text = field.asText("");
        return field.isMissingNode() || field.isNull() || text.isEmpty() ? Table.NOTHING : text;
    }

    /** A time: of today without its day. */
    String time(JsonNode field) {
        return shown(field, this::time);
    }

    /** A time: of today without its day. */
    String time(Instant instant) {
        ZonedDateTime time = instant.atZone(now.getZone());
        LocalDate today = now.toLocalDate();
        return (time.toLocalDate().equals(today) ? TIME : DAY_AND_TIME).format(time);
    }

    /** A time: how long ago it was. */
    String ago(JsonNode field) {
        return shown(field, instant -> length(Duration.between(instant, now.toInstant())));
    }

    /** A time: how long it is until then. */
    String left(JsonNode field) {
        return shown(field, instant -> length(Duration.between(now.toInstant(), instant)));
    }

    /** Milliseconds as a duration. */
    static String millis(JsonNode field) {
        return field.isNumber() ? length(Duration.ofMillis(field.asLong())) : Table.NOTHING;
    }

    private static String shown(JsonNode field, Function<Instant, String> form) {
        return field.isTextual() ? form.apply(Instant.parse(field.asText())) : Table.NOTHING;
    }

    /** A duration in its two largest units; none that has passed. */
    static String length(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            return "0s";
        }
        if (duration.toSeconds() == 0) {
            return Math.max(1, duration.toMillis()) + "ms";
        }
        if (duration.toDays() > 0) {
            return two(duration.toDays(), "d", duration.toHoursPart(), "h");
        }
        if (duration.toHours() > 0) {
            return two(duration.toHours(), "h", duration.toMinutesPart(), "m");
        }
        return duration.toMinutes() > 0
                ? two(duration.toMinutes(), "m", duration.toSecondsPart(), "s")
                : duration.toSeconds() + "s";
    }

    private static String two(long large, String unit, long small, String smallerUnit) {
        return small == 0 ? large + unit : large + unit + " " + small + smallerUnit;
    }
}
