package io.tenure.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads moments: {@code 2026-11-22T02:14:00Z} with an offset; without one, or the date alone, as the clock shows it here. */
record MomentText(ZoneId here) implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            if (text.length() == "uuuu-mm-dd".length()) {
                return LocalDate.parse(text).atStartOfDay(here).toInstant();
            }
            String form = text.replaceFirst("^(\\S+) (\\S+)$", "$1T$2");
            return form.matches(".*(Z|[+-]\\d\\d:\\d\\d)$")
                    ? OffsetDateTime.parse(form).toInstant()
                    : LocalDateTime.parse(form).atZone(here).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "a time like 2026-11-22, '2026-11-22 02:14' or 2026-11-22T02:14:00+01:00; got " + text);
        }
    }
}
