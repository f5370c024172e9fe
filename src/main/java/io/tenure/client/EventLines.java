package io.tenure.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of lines, as the WHATWG's HTML standard defines {@code text/event-stream}. What a connection that broke has left
 * unfinished is no event. Used by one thread at a time.
 */
final class EventLines {
    /** The last event of a stream that a server ends. */
    static final String BYE = "bye";

    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private String revision = "";

    /** Takes one more line. Returns the event that ends with it, null when none does. */
    @Nullable
    Event line(String line) {
        if (line.isEmpty()) {
            return finished();
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + (line.startsWith(" ", colon + 1) ? 2 : 1));
        switch (field) {
            case "event" -> name = value;
            case "id" -> revision = value;
            case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
            default -> {
                // a comment, which is a heartbeat, or a field that is not needed
            }
        }
        return null;
    }

    private @Nullable Event finished() {
        JsonNode json = data.isEmpty() ? null : parsed(data.toString());
        String told = name;
        data.setLength(0);
        name = "";
        return json == null
                ? null
                : new Event(told, revision, json, json.path("missed").asBoolean());
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            return HttpServers.JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }
}
