package io.tenure.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
    /** All that a server tells over HTTP, by their numbers, page by page to the end. */
    public static List<AuditEvent> over(Api api) {
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

    /** All of a database, by their numbers; those of a file of H2 only while no server has it open. */
    public static List<AuditEvent> in(String url, String user) {
        List<AuditEvent> events = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url, user, "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT number, action, name, lease, token FROM events ORDER BY number")) {
            while (rows.next()) {
                events.add(new AuditEvent(
                        rows.getLong(1), rows.getString(2), rows.getString(3), rows.getString(4), rows.getLong(5)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return events;
    }
}
