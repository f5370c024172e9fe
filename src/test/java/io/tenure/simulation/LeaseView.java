package io.tenure.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a lease node says, read without the domain's own code.
 *
 * @param ttlMillis how long it lives after its last write, at least; the rest of a wait included
 * @param named whether the client chose the id
 * @param maxHoldMillis how long it may live at most from its grant on; null for as long as it is renewed
 * @param revoked whether somebody has asked for its end
 * @param bare whether it was not made for holds
 * @param ended whether it has ended, and only keeps names closed or stands as a tombstone
 * @param attendedBy the server and the request that wait for it; empty when none does
 * @param holds its holds by kind and name
 * @param writtenBy the transaction that wrote this
 */
public record LeaseView(
        long ttlMillis,
        boolean named,
        @Nullable Long maxHoldMillis,
        boolean revoked,
        boolean bare,
        boolean ended,
        String attendedBy,
        Map<String, HoldView> holds,
        long writtenBy) {
    static LeaseView of(TwinNode node) {
        JsonNode json = Json.read(node.data());
        Map<String, HoldView> holds = new TreeMap<>();
        for (JsonNode each : json.path("holds")) {
            HoldView hold = HoldView.of(each);
            holds.put(hold.name(), hold);
        }
        return new LeaseView(
                json.path("ttlMillis").asLong() + json.path("patienceMillis").asLong(0),
                json.path("named").asBoolean(),
                json.has("maxHoldMillis")
                        ? Long.valueOf(json.get("maxHoldMillis").asLong())
                        : null,
                json.has("revoked"),
                !json.path("forHolds").asBoolean(),
                json.has("closing") || json.path("tombstone").asBoolean(),
                attendedBy(json),
                holds,
                node.stamp().mzxid());
    }

    private static String attendedBy(JsonNode lease) {
        for (JsonNode hold : lease.path("holds")) {
            if (hold.has("attendedBy")) {
                return hold.get("attendedBy").asText();
            }
        }
        return "";
    }

    /** Whether one of its holds waits. */
    boolean waits() {
        return !in("QUEUED").isEmpty();
    }

    /** Its hold with this name, which it has. */
    HoldView hold(String name) {
        return Objects.requireNonNull(holds.get(name), name);
    }

    /** The names of the holds in this state. */
    List<String> in(String state) {
        List<String> names = new ArrayList<>(holds.size());
        for (HoldView hold : holds.values()) {
            if (state.equals(hold.state())) {
                names.add(hold.name());
            }
        }
        return names;
    }
}
