package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Who leads an election, in three answers that are never taken for each other. */
public sealed interface Leadership {
    /**
     * Somebody leads.
     *
     * @param id what it is called; of a native candidate what Curator's latch calls it
     * @param value what it proclaims, such as its address; null when nothing
     * @param owner who it says it is; null of a native candidate
     * @param lease its lease's id; of a native candidate the name of its node
     * @param term the number of its term; null of a native candidate, which has none
     */
    record Led(
            String id,
            @Nullable String value,
            @Nullable String owner,
            String lease,
            @Nullable Long term) implements Leadership {}

    /** Nobody leads: there is no candidate, or the last leader's time has to run out first. */
    record Vacant() implements Leadership {}

    /**
     * It cannot be told now. Whoever led may lead on, and another may lead by now.
     *
     * @param detail why, in one sentence for people
     */
    record Unknown(String detail) implements Leadership {}

    /** What the body of an election says. */
    static Leadership of(JsonNode election) {
        JsonNode leader = election.path("leader");
        if (leader.isNull()) {
            return new Vacant();
        }
        if (!leader.isObject()) {
            return new Unknown("a server's answer does not say who leads");
        }
        String lease = leader.path("lease").asText();
        return new Led(
                leader.path("id").asText(lease),
                text(leader, "value"),
                text(leader, "owner"),
                lease,
                election.hasNonNull("term") ? election.path("term").asLong() : null);
    }

    private static @Nullable String text(JsonNode leader, String field) {
        return leader.hasNonNull(field) ? leader.path(field).asText() : null;
    }
}
