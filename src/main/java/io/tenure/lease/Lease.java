package io.tenure.lease;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The content of a lease node: the truth about a lease and its holds. Immutable.
 *
 * <p>Stamps that only the store knows (when a hold was granted, and under which token) are left out by the write that causes them
 * and filled in by the next write of the node ({@link StoredLease#filled}); until then they are those of the node itself. Fields
 * that this version does not know are kept on rewriting; a higher {@code format} is refused ({@link LeaseCodec}).
 *
 * @param format 1
 * @param nonce differs for each attempt to create the lease, so that a server recognises its own
 * @param owner who the holder says it is
 * @param principal who the holder was authenticated as
 * @param address the network address that asked for it
 * @param ttlMillis how long it lives after its last renewal, at least
 * @param patienceMillis added to the TTL while a request waits, so that nobody need renew a waiting lease; null when none does
 * @param named whether the client chose the id
 * @param forHolds whether it was made for its holds and ends with the last of them
 * @param asked a digest of what was first asked, to tell a repeat from another request
 * @param maxHoldMillis longest time from grant to end whatever the renewals; null for none
 * @param revoked by whom and why it is asked to end; null when it is not
 * @param closing how it ended, when only the time for which its names stay closed keeps the node; null while it lives
 * @param tombstone whether it stands only so that a lost attempt to create it can never succeed
 * @param holds what it holds or waits for
 * @param past holds that have ended while the lease lives on, the latest for each name
 * @param metadata what the holder attached
 * @param other fields of a later version
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({
    "format",
    "nonce",
    "owner",
    "principal",
    "address",
    "ttlMillis",
    "patienceMillis",
    "named",
    "forHolds",
    "asked",
    "maxHoldMillis",
    "revoked",
    "closing",
    "tombstone",
    "holds",
    "past",
    "metadata"
})
public record Lease(
        int format,
        String nonce,
        @Nullable String owner,
        @Nullable String principal,
        @Nullable String address,
        long ttlMillis,
        @Nullable Long patienceMillis,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean named,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean forHolds,
        String asked,
        @Nullable Long maxHoldMillis,
        @Nullable Revocation revoked,
        @Nullable Closing closing,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean tombstone,
        List<Hold> holds,
        List<Past> past,
        Map<String, String> metadata,
        @JsonAnySetter @JsonAnyGetter Map<String, Object> other) {
    /** The format that this version writes, and the highest that it reads. */
    public static final int FORMAT = 1;

    public Lease {
        holds = holds == null ? List.of() : List.copyOf(holds);
        past = past == null ? List.of() : List.copyOf(past);
        metadata = metadata == null ? Map.of() : metadata;
        other = other == null ? Map.of() : other;
    }

    /** A state of a hold. */
    public enum State {
        /** It has a place in the queue. */
        QUEUED,
        /** It is granted. */
        HELD,
        /** It has ended, and its place stays for a while so that nobody else is granted. */
        DELAYED
    }

    /**
     * One hold.
     *
     * @param want what it is a hold on, as it was asked for
     * @param state where it stands
     * @param named whether it was taken by PUT, which a lease may do once for each name
     * @param asked a digest of what was asked for this hold, when it was attached to a lease that stood before; otherwise null
     * @param place the full name of its queue node, of several the last; null while that is known only by its prefix
     * @param attendedBy while it waits: the server and the nonce of the request that waits for it; only the latest may give up the place
     * @param token its fencing token; null until the next write
     * @param queuedAt when it took its place, milliseconds since 1970; null until the next write, or when it never waited
     * @param grantedAt when it was granted; null until the next write
     * @param grantedVersion the version of the lease node that granted it
     * @param closedForMillis with {@code DELAYED}: how long the name stays closed, from {@code closedFrom} on
     * @param closedFrom with {@code DELAYED}: from when the time counts; null until the next write
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({
        "want",
        "state",
        "named",
        "asked",
        "place",
        "attendedBy",
        "token",
        "queuedAt",
        "grantedAt",
        "grantedVersion",
        "closedForMillis",
        "closedFrom"
    })
    public record Hold(
            Want want,
            State state,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean named,
            @Nullable String asked,
            @Nullable String place,
            @Nullable String attendedBy,
            @Nullable Long token,
            @Nullable Long queuedAt,
            @Nullable Long grantedAt,
            @Nullable Integer grantedVersion,
            @Nullable Long closedForMillis,
            @Nullable Long closedFrom) {
        /** A hold that waits, its place not yet known by its full name. */
        public static Hold queued(Want want, boolean named, @Nullable String asked) {
            return new Hold(want, State.QUEUED, named, asked, null, null, null, null, null, null, null, null);
        }

        /** The same hold, granted by the write that makes this version, at this place. */
        public Hold granted(int version, String atPlace) {
            return new Hold(want, State.HELD, named, asked, atPlace, null, null, queuedAt, null, version, null, null);
        }

        /** The same hold, its place known by its full name. */
        public Hold at(String atPlace) {
            return changed(want, atPlace, attendedBy);
        }

        /** The same hold, waited for by this request; null for none. */
        Hold attended(@Nullable String by) {
            return changed(want, place, by);
        }

        /** The same hold of a read/write lock, for reading from now on, at this place. */
        public Hold downgraded(String atPlace) {
            return changed(want.reading(), atPlace, attendedBy);
        }

        /** The same hold of an election, proclaiming this from now on. */
        public Hold proclaiming(@Nullable String value) {
            return changed(want.proclaiming(value), place, attendedBy);
        }

        private Hold changed(Want newWant, @Nullable String newPlace, @Nullable String newAttendedBy) {
            return new Hold(
                    newWant,
                    state,
                    named,
                    asked,
                    newPlace,
                    newAttendedBy,
                    token,
                    queuedAt,
                    grantedAt,
                    grantedVersion,
                    closedForMillis,
                    closedFrom);
        }

        /** The same hold with the stamps that are known now. */
        Hold stamped(
                @Nullable Long newToken,
                @Nullable Long newQueuedAt,
                @Nullable Long newGrantedAt,
                @Nullable Long newClosedFrom) {
            return new Hold(
                    want,
                    state,
                    named,
                    asked,
                    place,
                    attendedBy,
                    newToken,
                    newQueuedAt,
                    newGrantedAt,
                    grantedVersion,
                    closedForMillis,
                    newClosedFrom);
        }

        /** The same hold, ended, its name closed for this long from then on; null: from the write that does it. */
        Hold delayed(String atPlace, long millis, @Nullable Long from) {
            return new Hold(
                    want,
                    State.DELAYED,
                    named,
                    asked,
                    atPlace,
                    null,
                    token,
                    queuedAt,
                    grantedAt,
                    grantedVersion,
                    millis,
                    from);
        }

        /** Whether it is a hold on this. */
        public boolean on(Kind otherKind, Name otherName) {
            return kind() == otherKind && name().equals(otherName);
        }

        /** What kind of thing it is on. */
        public Kind kind() {
            return want.kind();
        }

        /** The name of what it is on. */
        public Name name() {
            return want.name();
        }
    }

    /**
     * A hold that has ended while its lease lives on.
     *
     * @param endedAt milliseconds since 1970; null until the next write
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"kind", "name", "named", "endedBy", "endedAt", "by", "reason", "token", "grantedAt"})
    public record Past(
            Kind kind,
            Name name,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean named,
            EndedBy endedBy,
            @Nullable Long endedAt,
            @Nullable String by,
            @Nullable String reason,
            @Nullable Long token,
            @Nullable Long grantedAt) {
        Past endedAt(long millis) {
            return new Past(kind, name, named, endedBy, millis, by, reason, token, grantedAt);
        }

        /** Whether it was a hold on this. */
        public boolean on(Kind otherKind, Name otherName) {
            return kind == otherKind && name.equals(otherName);
        }
    }

    /**
     * Who asked the lease to end, and why.
     *
     * @param endedBy how it ends by that; null for REVOKED
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Revocation(
            @Nullable String by, String reason, @Nullable EndedBy endedBy) {
        /** How the lease ends by it. */
        EndedBy how() {
            return endedBy == null ? EndedBy.REVOKED : endedBy;
        }
    }

    /** How the lease ended; when, is the time of the node's last write. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Closing(
            EndedBy endedBy, @Nullable String by, @Nullable String reason) {}

    /** A node that stands so that a lost attempt to create this lease can never succeed. */
    static Lease tombstone(long ttlMillis) {
        return new Lease(
                FORMAT, "", null, null, null, ttlMillis, null, false, false, "", null, null, null, true, List.of(),
                List.of(), Map.of(), Map.of());
    }

    /** The hold on this, if there is one that has not ended. */
    public Optional<Hold> hold(Kind kind, Name name) {
        return holds.stream()
                .filter(hold -> hold.on(kind, name) && hold.state() != State.DELAYED)
                .findFirst();
    }

    /** The hold on this that has ended last, if one has while the lease lived on. */
    public Optional<Past> past(Kind kind, Name name) {
        return past.stream().filter(ended -> ended.on(kind, name)).findFirst();
    }

    /** Whether it lives: neither ended nor a tombstone. A lease that is asked to end lives until it does. */
    public boolean lives() {
        return closing == null && !tombstone;
    }

    /** Whether one of its holds waits. */
    public boolean waits() {
        return holds.stream().anyMatch(hold -> hold.state() == State.QUEUED);
    }

    /** How many holds have not ended. */
    public int holdCount() {
        return (int)
                holds.stream().filter(hold -> hold.state() != State.DELAYED).count();
    }

    /** The same lease with other holds. */
    public Lease withHolds(List<Hold> newHolds) {
        return copy(ttlMillis, patienceMillis, revoked, closing, newHolds, past);
    }

    /** The same lease with other holds, and others that have ended. */
    public Lease withHolds(List<Hold> newHolds, List<Past> newPast) {
        return copy(ttlMillis, patienceMillis, revoked, closing, newHolds, newPast);
    }

    /** The same lease with one hold more. */
    public Lease withHold(Hold hold) {
        List<Hold> more = new ArrayList<>(holds);
        more.add(hold);
        return withHolds(more);
    }

    /** The same lease with another TTL. */
    Lease withTtl(long millis) {
        return copy(millis, patienceMillis, revoked, closing, holds, past);
    }

    /**
     * The same lease, some of its waiting holds waited for by this request for this long; null and null when nobody waits for them any
     * more. What other requests wait for they go on to wait for.
     */
    public Lease attended(@Nullable Long newPatienceMillis, @Nullable String by, Predicate<Hold> which) {
        List<Hold> newHolds = holds.stream()
                .map(hold -> hold.state() == State.QUEUED && which.test(hold) ? hold.attended(by) : hold)
                .toList();
        boolean others = newHolds.stream().anyMatch(hold -> hold.attendedBy() != null && !which.test(hold));
        Long patience = newPatienceMillis == null && others ? patienceMillis : newPatienceMillis;
        return copy(ttlMillis, patience, revoked, closing, newHolds, past);
    }

    /** The same lease, asked to end. */
    public Lease withRevocation(Revocation revocation) {
        return copy(ttlMillis, null, revocation, closing, holds, past);
    }

    /** The same lease, ended, with those of its holds that keep their names closed. */
    Lease closing(Closing how, List<Hold> closed) {
        return copy(ttlMillis, null, revoked, how, closed, past);
    }

    private Lease copy(
            long newTtlMillis,
            @Nullable Long newPatienceMillis,
            @Nullable Revocation newRevoked,
            @Nullable Closing newClosing,
            List<Hold> newHolds,
            List<Past> newPast) {
        return new Lease(
                format,
                nonce,
                owner,
                principal,
                address,
                newTtlMillis,
                newPatienceMillis,
                named,
                forHolds,
                asked,
                maxHoldMillis,
                newRevoked,
                newClosing,
                tombstone,
                newHolds,
                newPast,
                metadata,
                other);
    }
}
