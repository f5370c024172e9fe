package io.tenure.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a lease node says, read without the domain's own code.
 *
 * @param ttlMillis how long it lives after its last write, at least; the rest of a wait included
 * @param named whether the client chose the id
 * @param bounded whether something else than its TTL may end it in time: a longest hold or a revocation
 * @param bare whether it was not made for holds
 * @param ended whether it has ended, and only keeps names closed or stands as a tombstone
 * @param attendedBy the server and the request that wait for it; empty when none does
 * @param holds its holds by kind and name
 */
public record LeaseView(
        long ttlMillis,
        boolean named,
        boolean bounded,
        boolean bare,
        boolean ended,
        String attendedBy,
        Map<String, HoldView> holds) {
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
                json.has("maxHoldMillis") || json.has("revoked"),
                !json.path("forHolds").asBoolean(),
                json.has("closing") || json.path("tombstone").asBoolean(),
                attendedBy(json),
                holds);
    }

    private static String attendedBy(JsonNode lease) {
        for (JsonNode hold : lease.path("holds")) {
            if (hold.has("attendedBy")) {
                return hold.get("attendedBy").asText();
            }
        }
        return "";
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
