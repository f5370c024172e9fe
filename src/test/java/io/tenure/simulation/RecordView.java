package io.tenure.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What an audit record in the outbox says, read without the domain's own code.
 *
 * @param path its node
 * @param action what happened
 * @param lease whom it happened to
 * @param endedBy how it ended; empty unless it did
 * @param reason why, in words; empty when nothing was said
 * @param bare whether the lease itself is a subject
 * @param holds the holds it tells of
 */
public record RecordView(
        String path, String action, String lease, String endedBy, String reason, boolean bare, List<HoldView> holds) {
    static RecordView of(String path, TwinNode node) {
        JsonNode json = Json.read(node.data());
        List<HoldView> holds = new ArrayList<>();
        for (JsonNode hold : json.path("holds")) {
            holds.add(HoldView.of(hold));
        }
        return new RecordView(
                path,
                json.path("action").asText(),
                json.path("lease").asText(),
                json.path("endedBy").asText(),
                json.path("reason").asText(),
                json.path("bare").asBoolean(),
                holds);
    }

    boolean tellsOf(String hold) {
        return holds.stream().anyMatch(each -> each.name().equals(hold));
    }
}
