package io.tenure.lease;

import io.tenure.api.Times;
import io.tenure.audit.Ending;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;

/** The refusals that leases give, each with the fields that explain it. Stateless. */
public final class Refusals {
    private Refusals() {}

    /** The store cannot be asked now. */
    public static Refusal unavailable() {
        return Refusal.of(
                ErrorCode.STORE_UNAVAILABLE,
                "ZooKeeper cannot be asked now: what was asked for may be done, or not; repeat with the same lease id until your"
                        + " own deadline");
    }

    /** What a lease that is not alive is answered with, whatever became of it. */
    public static Refusal notAlive(LeaseId id, Fate fate) {
        if (fate instanceof Fate.Gone gone) {
            return ended(gone.ending());
        }
        return fate instanceof Fate.CannotTell ? endedUnknown(id) : unknown(id);
    }

    /** No such lease was ever seen. */
    public static Refusal unknown(LeaseId id) {
        return Refusal.of(
                        ErrorCode.LEASE_UNKNOWN, "no lease " + id + " has been seen; check the id, or take a new lease")
                .with("lease", id.value());
    }

    /** The lease has ended. */
    public static Refusal ended(Ending ending) {
        return ended(
                ending.lease(),
                ending.endedBy(),
                Times.text(ending.endedAt().toEpochMilli()),
                ending.by(),
                ending.reason());
    }

    /** The lease is asked to end, and may no longer be renewed. */
    public static Refusal revoked(StoredLease stored, Lease.Revocation revocation) {
        return ended(
                stored.id(),
                revocation.how(),
                Times.text(stored.stamp().mtime()),
                revocation.by(),
                revocation.reason());
    }

    private static Refusal ended(
            LeaseId id,
            EndedBy endedBy,
            String at,
            @org.jspecify.annotations.Nullable String by,
            @org.jspecify.annotations.Nullable String reason) {
        String detail = "the lease " + id + " has ended at " + at + ", " + endedBy
                + (by == null ? "" : " by " + by)
                + (reason == null ? "" : ": " + reason)
                + hint(endedBy);
        return Refusal.of(ErrorCode.LEASE_ENDED, detail)
                .with("lease", id.value())
                .with("endedBy", endedBy)
                .with("endedAt", at)
                .with("by", by)
                .with("reason", reason);
    }

    private static String hint(EndedBy endedBy) {
        return endedBy == EndedBy.WAIT_OVER
                ? "; begin anew with a new id, or send \"queue\": true to keep a place from one request to the next"
                : "; stop working and begin anew with a new id";
    }

    /** The lease has ended or was never there, and the audit log, which knows, cannot be asked. */
    private static Refusal endedUnknown(LeaseId id) {
        return Refusal.of(
                        ErrorCode.LEASE_ENDED,
                        "the lease " + id
                                + " is not there, and the audit log, which would know how it ended, cannot be asked now")
                .with("lease", id.value())
                .with("endedBy", EndedBy.UNKNOWN)
                .with("endedAt", null)
                .with("by", null)
                .with("reason", null);
    }

    /** A hold of a lease that lives on has ended. */
    public static Refusal holdEnded(LeaseId id, Lease.Past past) {
        return Refusal.of(
                        ErrorCode.HOLD_ENDED,
                        "the hold of lease " + id + " on " + past.name() + " has ended, " + past.endedBy()
                                + (past.by() == null ? "" : " by " + past.by())
                                + (past.reason() == null ? "" : ": " + past.reason())
                                + "; a lease takes a name by PUT once: use a new lease, or POST with \"lease\"")
                .with("lease", id.value())
                .with("kind", past.kind().wire())
                .with("name", past.name().value())
                .with("endedBy", past.endedBy())
                .with("endedAt", Times.textOrNull(past.endedAt()))
                .with("by", past.by())
                .with("reason", past.reason());
    }

    /** The lease has no such hold. */
    public static Refusal notHolder(LeaseId id, Kind kind, Name name) {
        return Refusal.of(
                        ErrorCode.NOT_HOLDER,
                        "the lease " + id + " does not hold the " + kind.wire() + " " + name + "; nothing was changed")
                .with("lease", id.value())
                .with("kind", kind.wire())
                .with("name", name.value());
    }

    /** The lease has no such hold, to one who only looks. */
    public static Refusal holdUnknown(LeaseId id, Kind kind, Name name) {
        return Refusal.of(
                        ErrorCode.HOLD_UNKNOWN,
                        "the lease " + id + " neither holds the " + kind.wire() + " " + name + " nor waits for it")
                .with("lease", id.value())
                .with("kind", kind.wire())
                .with("name", name.value());
    }

    /** The id stands for something that was asked for differently. */
    public static Refusal differs(LeaseId id) {
        return Refusal.of(
                        ErrorCode.LEASE_DIFFERS,
                        "the lease " + id
                                + " was made by a request that asked for something else; repeat exactly that request, or use a new id")
                .with("lease", id.value());
    }
}
