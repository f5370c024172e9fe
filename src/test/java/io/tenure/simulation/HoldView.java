package io.tenure.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a lease node or an audit record says of one hold, read without the domain's own code.
 *
 * @param name what is held, as the text of a {@link Thing}
 * @param reads whether it is a read/write lock, held for reading
 * @param count how many permits of a semaphore; 1 of anything else
 * @param state {@code QUEUED}, {@code HELD} or {@code DELAYED}; null in a record
 * @param token the fencing token, where it is written down
 * @param minHoldMillis how long its name stays closed after its grant at least; null for not at all, and in a record
 * @param lockDelayMillis how long its name stays closed when it expires; null for not at all, and in a record
 */
public record HoldView(
        String name,
        boolean reads,
        int count,
        @Nullable String state,
        @Nullable Long token,
        @Nullable Long minHoldMillis,
        @Nullable Long lockDelayMillis) {
    static HoldView of(JsonNode json) {
        JsonNode want = json.has("want") ? json.get("want") : json;
        return new HoldView(
                want.path("kind").asText() + "/" + want.path("name").asText(),
                want.path("mode").asText().equals("read"),
                want.path("count").asInt(1),
                json.has("state") ? json.get("state").asText() : null,
                number(json, json.has("token") ? "token" : "fencingToken"),
                number(want, "minHoldMillis"),
                number(want, "lockDelayMillis"));
    }

    private static @Nullable Long number(JsonNode json, String field) {
        return json.has(field) ? Long.valueOf(json.get(field).asLong()) : null;
    }

    /** Whether others may hold the same beside it. */
    boolean shared() {
        return reads || name.startsWith(Recipe.SEMAPHORE.wire() + "/");
    }
}
