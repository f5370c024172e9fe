package io.tenure.cli.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.name.Kind;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the audit log from whichever server answers. Used by one thread. */
final class LogReader implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long BETWEEN_MILLIS = 200;

    private final Wires wires;
    private final Story.Stay stay;

    /** @param stay between two tries */
    LogReader(Clockwork clockwork, Settings settings, Story.Stay stay) {
        this.wires = new Wires(clockwork, settings.servers());
        this.stay = stay;
    }

    /**
     * All events about names with this prefix.
     *
     * @param enough whether to go without the rest
     */
    Log read(String prefix, BooleanSupplier enough) {
        List<LogEvent> events = new ArrayList<>();
        String cursor = "";
        while (!enough.getAsBoolean()) {
            JsonNode page = page(prefix, cursor);
            if (page != null) {
                page.path("items").forEach(item -> events.add(event(item)));
                cursor = page.path("next").asText("");
                if (page.path("items").isEmpty() && page.path("complete").asBoolean()) {
                    return new Log(events, true);
                }
            }
            if (page == null || page.path("items").isEmpty()) {
                stay.pause(BETWEEN_MILLIS);
            }
        }
        return new Log(events, false);
    }

    private @Nullable JsonNode page(String prefix, String cursor) {
        String path = "/v1/audit/events?order=oldest&limit=1000&prefix=" + encoded(prefix)
                + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor));
        Optional<String> answer = wires.get(path);
        try {
            JsonNode page = answer.isEmpty() ? null : JSON.readTree(answer.get());
            // a page always tells where to go on: else somebody else has answered in place of a server
            return page == null || !page.has("next") ? null : page;
        } catch (JsonProcessingException notOurs) {
            return null;
        }
    }

    /** Takes away the permits of a semaphore; false where it is in use, or no server has answered. */
    boolean delete(Thing semaphore) {
        return wires.delete(semaphore.path());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static LogEvent event(JsonNode item) {
        return new LogEvent(
                item.path("number").asLong(),
                item.path("action").asText(),
                new Thing(Kind.of(item.path("kind").asText()), item.path("name").asText()),
                item.hasNonNull("lease") ? item.path("lease").asText() : null,
                item.path("token").asLong(),
                item.hasNonNull("mode") ? item.path("mode").asText() : null,
                item.path("count").asInt(1),
                item.hasNonNull("endedBy") ? item.path("endedBy").asText() : null);
    }

    @Override
    public void close() {
        wires.close();
    }
}
