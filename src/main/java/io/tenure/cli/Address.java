package io.tenure.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.name.Durations;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path of the API with its query, as it is made up from options. Immutable. */
record Address(String text) {
    /** With one more parameter, unless its value is null. */
    Address with(String parameter, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        String written = value instanceof Duration duration ? Durations.text(duration) : value.toString();
        return new Address(
                text + (text.contains("?") ? '&' : '?') + parameter + '=' + URLEncoder.encode(written, UTF_8));
    }

    /** With a parameter once for each value. */
    Address withEach(String parameter, List<?> values) {
        Address more = this;
        for (Object value : values) {
            more = more.with(parameter, value);
        }
        return more;
    }

    @Override
    public String toString() {
        return text;
    }
}
