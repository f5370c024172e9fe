package io.tenure.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rows of the audit tables. */
final class Rows {
    static final String EVENT =
            "number, at, action, kind, name, mode, count, lease, token, owner, principal, address, by_whom, ended_by, reason,"
                    + " waited_ms, held_ms, server, request_id, metadata";

    private static final String OF_TENURE = ", count, token, lease, owner, principal, address, queued_at, granted_at,"
            + " downgraded_at, ended_at, waited_ms, held_ms, ended_by, ended_by_principal, reason, end_reason, renewals,"
            + " ttl_ms, closed_until, granted_number, ended_number, metadata";

    static final String TENURE = "tenure, kind, name, mode" + OF_TENURE;

    /** The same as it was at the moment {@code :at}: who was downgraded by then reads. */
    static final String TENURE_THEN =
            "tenure, kind, name, CASE WHEN downgraded_at <= :at THEN 'read' ELSE mode END AS mode" + OF_TENURE;

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {};

    private Rows() {}

    static AuditEvent event(ResultSet row) throws SQLException {
        return new AuditEvent(
                row.getLong("number"),
                row.getLong("at"),
                row.getString("action"),
                row.getString("kind"),
                row.getString("name"),
                row.getString("mode"),
                integer(row, "count"),
                row.getString("lease"),
                number(row, "token"),
                row.getString("owner"),
                row.getString("principal"),
                row.getString("address"),
                row.getString("by_whom"),
                row.getString("ended_by"),
                row.getString("reason"),
                number(row, "waited_ms"),
                number(row, "held_ms"),
                row.getString("server"),
                row.getString("request_id"),
                metadata(row));
    }

    static Tenure tenure(ResultSet row) throws SQLException {
        return new Tenure(
                row.getLong("tenure"),
                row.getString("kind"),
                row.getString("name"),
                row.getString("mode"),
                integer(row, "count"),
                number(row, "token"),
                row.getString("lease"),
                row.getString("owner"),
                row.getString("principal"),
                row.getString("address"),
                number(row, "queued_at"),
                row.getLong("granted_at"),
                number(row, "downgraded_at"),
                number(row, "ended_at"),
                number(row, "waited_ms"),
                number(row, "held_ms"),
                row.getString("ended_by"),
                row.getString("ended_by_principal"),
                row.getString("reason"),
                row.getString("end_reason"),
                integer(row, "renewals"),
                number(row, "ttl_ms"),
                number(row, "closed_until"),
                number(row, "granted_number"),
                number(row, "ended_number"),
                metadata(row));
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : Integer.valueOf(value);
    }

    private static Map<String, String> metadata(ResultSet row) throws SQLException {
        String json = row.getString("metadata");
        try {
            return json == null ? Map.of() : MAPPER.readValue(json, METADATA);
        } catch (JsonProcessingException e) {
            throw new SQLException("metadata that is no JSON, in event or tenure " + row.getLong(1), e);
        }
    }
}
