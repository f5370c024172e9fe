package io.tenure.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a lease node or an audit record says of one hold, read without the domain's own code.
 *
 * @param name what is held
 * @param state {@code QUEUED}, {@code HELD} or {@code DELAYED}; null in a record
 * @param token the fencing token, where it is written down
 */
public record HoldView(
        String name, @Nullable String state, @Nullable Long token) {
    static HoldView of(JsonNode json) {
        // a lease node has it in the want, a record beside the token
        JsonNode thing = json.has("want") ? json.get("want") : json;
        return new HoldView(
                thing.path("kind").asText() + "/" + thing.path("name").asText(),
                json.has("state") ? json.get("state").asText() : null,
                json.has("token")
                        ? Long.valueOf(json.get("token").asLong())
                        : json.has("fencingToken")
                                ? Long.valueOf(json.get("fencingToken").asLong())
                                : null);
    }
}
