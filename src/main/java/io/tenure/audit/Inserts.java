package io.tenure.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The writes of the audit tables, in batches. Each runs in its caller's transaction. */
final class Inserts {
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final String EVENT = """
            INSERT INTO events (number, position, record, ordinal, at, action, kind, name, mode, count, lease, token, owner,
                principal, address, by_whom, ended_by, reason, waited_ms, held_ms, server, request_id, metadata, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String TENURE = """
            INSERT INTO tenures (tenure, kind, name, mode, count, token, lease, owner, principal, address, queued_at,
                granted_at, ended_at, waited_ms, held_ms, ended_by, ended_by_principal, reason, end_reason, granted_version, renewals,
                ttl_ms, closed_until, granted_number, ended_number, metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String CLOSE = """
            UPDATE tenures SET ended_at = ?, held_ms = ? - granted_at, ended_by = ?, ended_by_principal = ?, end_reason = ?,
                renewals = GREATEST(0, ? - granted_version), closed_until = ?, ended_number = ?
            WHERE ended_at IS NULL AND kind = ? AND lease = ?""";

    private static final String CLOSE_HOLD = CLOSE + " AND name = ? AND token = ?";
    private static final String CLOSE_LEASE = CLOSE + " AND name IS NULL AND token IS NULL";

    private static final String DOWNGRADE =
            "UPDATE tenures SET downgraded_at = ? WHERE token = ? AND kind = ? AND name = ? AND lease = ?";

    private Inserts() {}

    static void events(Handle handle, List<EventRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try (RowBatch batch = new RowBatch(handle, EVENT)) {
            for (EventRow row : rows) {
                AuditRecord story = row.story();
                batch.number(row.number())
                        .number(row.entry().position())
                        .text(row.entry().name())
                        .integer(row.ordinal())
                        .number(row.at())
                        .text(row.action().name())
                        .text(row.kind().wire())
                        .text(row.name())
                        .text(row.mode())
                        .integer(row.count())
                        .text(row.lease())
                        .number(row.token())
                        .text(story.owner())
                        .text(story.principal())
                        .text(story.address())
                        .text(story.by())
                        .text(row.endedBy())
                        .text(row.reason())
                        .number(row.waitedMillis())
                        .number(row.heldMillis())
                        .text(story.server())
                        .text(story.requestId())
                        .text(json(story.metadata()))
                        .bytes(row.body())
                        .add();
            }
            batch.execute();
        }
    }

    static void tenures(Handle handle, List<TenureRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try (RowBatch batch = new RowBatch(handle, TENURE)) {
            for (TenureRow row : rows) {
                tenure(batch, row);
            }
            batch.execute();
        }
    }

    /** Says since when the tenures of these events are a reader's. One whose beginning is not in the log is not there to be told so. */
    static void downgrade(Handle handle, List<EventRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try (RowBatch batch = new RowBatch(handle, DOWNGRADE)) {
            for (EventRow row : rows) {
                batch.number(row.at())
                        .number(row.token())
                        .text(row.kind().wire())
                        .text(row.name())
                        .text(row.lease())
                        .add();
            }
            batch.execute();
        }
    }

    /** Closes tenures that stand open; one whose beginning is not in the log is put in whole, as its end tells it. */
    static void close(Handle handle, List<TenureRow> rows) {
        List<TenureRow> holds =
                rows.stream().filter(row -> row.first().hold() != null).toList();
        List<TenureRow> leases =
                rows.stream().filter(row -> row.first().hold() == null).toList();
        List<TenureRow> unknown = new ArrayList<>(closed(handle, CLOSE_HOLD, holds));
        unknown.addAll(closed(handle, CLOSE_LEASE, leases));
        tenures(handle, unknown);
    }

    private static List<TenureRow> closed(Handle handle, String sql, List<TenureRow> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        try (RowBatch batch = new RowBatch(handle, sql)) {
            for (TenureRow row : rows) {
                EventRow end = row.first();
                batch.number(end.at())
                        .number(end.at())
                        .text(end.endedBy())
                        .text(end.story().by())
                        .text(end.story().reason())
                        .integer(end.story().version())
                        .number(row.closedUntil())
                        .number(end.number())
                        .text(end.kind().wire())
                        .text(end.lease());
                if (end.hold() != null) {
                    batch.text(end.name()).number(end.token());
                }
                batch.add();
            }
            int[] changed = batch.execute();
            List<TenureRow> missing = new ArrayList<>();
            for (int i = 0; i < changed.length; i++) {
                if (changed[i] == 0) {
                    missing.add(rows.get(i));
                }
            }
            return missing;
        }
    }

    private static void tenure(RowBatch batch, TenureRow row) {
        EventRow first = row.first();
        EventRow granted = row.granted();
        EventRow end = row.ended();
        AuditRecord.Hold hold = first.hold();
        batch.number(first.number())
                .text(first.kind().wire())
                .text(first.name())
                .text(first.mode())
                .integer(first.count())
                .number(first.token())
                .text(first.lease())
                .text(first.story().owner())
                .text(first.story().principal())
                .text(granted == null ? null : granted.story().address())
                .number(first.queuedAt())
                .number(row.grantedAt())
                .number(end == null ? null : Long.valueOf(end.at()))
                .number(row.waitedMillis())
                .number(row.heldMillis())
                .text(end == null ? null : end.endedBy())
                .text(end == null ? null : end.story().by())
                .text(granted == null ? (hold == null ? null : hold.reason()) : granted.reason())
                .text(end == null ? null : end.story().reason())
                .integer(row.grantedVersion())
                .integer(row.renewals())
                .number(first.story().ttlMillis())
                .number(row.closedUntil())
                .number(granted == null ? null : Long.valueOf(granted.number()))
                .number(end == null ? null : Long.valueOf(end.number()))
                .text(json(first.story().metadata()))
                .add();
    }

    private static @Nullable String json(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return null;
        }
        try {
            return MAPPER.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("metadata that cannot be written", e);
        }
    }
}
