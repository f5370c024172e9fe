package io.tenure.audit;

import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a lease ended: the story that its last record tells, whether it is read from the outbox, from the memory of ended ids, or from
 * the database.
 *
 * @param lease the lease
 * @param endedBy how it ended
 * @param endedAt when, by the store's clock
 * @param by who ended it, when it was not the owner
 * @param reason why, in the words of who did it
 * @param holds the holds that ended with it; those that ended before are not among them
 */
public record Ending(
        LeaseId lease,
        EndedBy endedBy,
        Instant endedAt,
        @Nullable String by,
        @Nullable String reason,
        List<Hold> holds) {
    public Ending {
        holds = List.copyOf(holds);
    }

    /**
     * A hold, or a place in a queue, that ended with the lease.
     *
     * @param fencingToken its token; null for a place that was never granted
     * @param grantedAt when it was granted; null as {@code fencingToken}
     * @param queuedAt when it took its place; null when it never waited
     */
    public record Hold(
            Kind kind,
            Name name,
            @Nullable Long fencingToken,
            @Nullable Instant grantedAt,
            @Nullable Instant queuedAt) {}

    /** The end of a lease as its record tells it. */
    public static Ending of(AuditRecord record, Instant endedAt) {
        return new Ending(
                record.lease(),
                Objects.requireNonNullElse(record.endedBy(), EndedBy.UNKNOWN),
                endedAt,
                record.by(),
                record.reason(),
                record.holds().stream()
                        .map(hold -> new Hold(
                                hold.kind(),
                                hold.name(),
                                hold.fencingToken(),
                                instant(hold.grantedAt()),
                                instant(hold.queuedAt())))
                        .toList());
    }

    /** What became of the hold with this name, if it ended with the lease. */
    public Optional<Hold> hold(Kind kind, Name name) {
        return holds.stream()
                .filter(hold -> hold.kind() == kind && hold.name().equals(name))
                .findFirst();
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
