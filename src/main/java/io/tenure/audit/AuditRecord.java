package io.tenure.audit;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one write did to one lease, as it waits in the outbox: canonical JSON in UTF-8, fields in this order, empty ones left out.
 *
 * <p>A record becomes one event for the lease itself when it is {@code bare}, and one event for each of its holds. In a record with
 * {@code ENDED} a hold that was never granted becomes {@code LEFT_QUEUE}. Times are not in it where the record's own node has
 * them: the event's time is the node's ctime, and the fencing token of a hold in a {@code GRANTED} record is the token base plus
 * the node's czxid.
 *
 * @param format 1
 * @param action what happened
 * @param lease the lease it happened to
 * @param bare whether the lease itself is a subject: true for the grant and end of a lease that was not made for holds
 * @param endedBy how it ended; only with {@code ENDED}
 * @param owner who the holder says it is
 * @param principal who the holder was authenticated as; null without security
 * @param address the network address that the request came from; null when the coordinator acts
 * @param by who ended or revoked it, when it was not the owner
 * @param reason why, in the words of who did it
 * @param ttlMillis the lease's TTL
 * @param version the version that the lease node got by this write, or had when it was deleted
 * @param holds the holds that the write is about
 * @param metadata what the holder attached to the lease
 * @param server the server that sent the write
 * @param requestId the request's id, when there was one
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "format",
    "action",
    "lease",
    "bare",
    "endedBy",
    "owner",
    "principal",
    "address",
    "by",
    "reason",
    "ttlMillis",
    "version",
    "holds",
    "metadata",
    "server",
    "requestId"
})
public record AuditRecord(
        int format,
        Action action,
        LeaseId lease,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean bare,
        @Nullable EndedBy endedBy,
        @Nullable String owner,
        @Nullable String principal,
        @Nullable String address,
        @Nullable String by,
        @Nullable String reason,
        long ttlMillis,
        int version,
        List<Hold> holds,
        Map<String, String> metadata,
        String server,
        @Nullable String requestId) {
    public AuditRecord {
        requireNonNull(action, "action");
        requireNonNull(lease, "lease");
        requireNonNull(server, "server");
        holds = holds == null ? List.of() : List.copyOf(holds);
        metadata = metadata == null ? Map.of() : metadata;
    }

    /**
     * One hold that the write is about.
     *
     * @param kind what kind of thing is held
     * @param name its name
     * @param mode of a read/write lock how it is held; otherwise null
     * @param count of a semaphore how many permits; null for one, and of everything else
     * @param fencingToken its token, when it was granted by an earlier write; null in the record that grants it, and for a place
     *     that was never granted
     * @param queuedAt when it took its place, milliseconds since 1970; null when it never waited, or in the record that queues it
     * @param grantedAt when it was granted, milliseconds since 1970; null as {@code fencingToken}
     * @param grantedVersion the lease node's version that granted it; the difference to the last version counts the renewals
     * @param closedForMillis how long the name stays closed after this end; null when it does not
     * @param reason why it was taken, in the holder's words
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonPropertyOrder({
        "kind",
        "name",
        "mode",
        "count",
        "fencingToken",
        "queuedAt",
        "grantedAt",
        "grantedVersion",
        "closedForMillis",
        "reason"
    })
    public record Hold(
            Kind kind,
            Name name,
            @Nullable Mode mode,
            @Nullable Integer count,
            @Nullable Long fencingToken,
            @Nullable Long queuedAt,
            @Nullable Long grantedAt,
            @Nullable Integer grantedVersion,
            @Nullable Long closedForMillis,
            @Nullable String reason) {
        public Hold {
            requireNonNull(kind, "kind");
            requireNonNull(name, "name");
        }
    }
}
