package io.tenure.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of the audit log, as far as tests compare it.
 *
 * @param name of the lock; null when the event is about a lease alone
 * @param token the fencing token; 0 when it has none
 */
public record AuditEvent(
        long number, String action, @Nullable String name, String lease, long token) {
    /** All that a server tells, by their numbers, page by page to the end. */
    public static List<AuditEvent> all(Api api) {
        List<AuditEvent> events = new ArrayList<>();
        String cursor = "";
        while (true) {
            Reply page = api.get("/v1/audit/events?order=oldest&limit=1000" + cursor);
            if (page.status() != 200) {
                throw new IllegalStateException("no audit log: " + page);
            }
            if (page.body().at("/items").isEmpty()) {
                return events;
            }
            for (JsonNode item : page.body().at("/items")) {
                JsonNode name = item.path("name");
                events.add(new AuditEvent(
                        item.path("number").asLong(),
                        item.path("action").asText(),
                        name.isTextual() ? name.asText() : null,
                        item.path("lease").asText(),
                        item.path("token").asLong()));
            }
            cursor = "&cursor=" + page.text("/next");
        }
    }
}
