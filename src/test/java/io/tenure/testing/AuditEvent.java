package io.tenure.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
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
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** All that a server tells, by their numbers, page by page until it says that this is all. */
    public static List<AuditEvent> all(Api api) {
        List<AuditEvent> events = new ArrayList<>();
        String cursor = "";
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (System.nanoTime() < deadline) {
            Reply page = api.get("/v1/audit/events?order=oldest&limit=1000" + cursor);
            if (page.status() != 200) {
                throw new IllegalStateException("no audit log: " + page);
            }
            if (page.body().at("/items").isEmpty()
                    && page.body().at("/complete").asBoolean()) {
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
        throw new IllegalStateException("the audit log is not complete after " + LONGEST);
    }
}
