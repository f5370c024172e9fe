package io.tenure.lease;

import io.tenure.coordination.Stamp;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.name.LeaseId;
import org.jspecify.annotations.Nullable;

/**
 * A lease as the store has it: its content and the stamp of exactly this version. Immutable.
 *
 * @param id the lease's id
 * @param lease what the node says
 * @param stamp of the version that says it
 * @param tokenBase added to the store's transaction numbers to make fencing tokens
 */
public record StoredLease(LeaseId id, Lease lease, Stamp stamp, long tokenBase) {
    /**
     * A lease as a node had it that may stand no more, tombstones too.
     *
     * @throws io.tenure.error.Refusal {@code INTERNAL} when the bytes are no lease, or one of a later format
     */
    public static StoredLease of(LeaseId id, byte[] data, Stamp stamp, long tokenBase) {
        return new StoredLease(id, LeaseCodec.decode(data), stamp, tokenBase);
    }

    /** The version that a write must name. */
    public int version() {
        return stamp.version();
    }

    /** The fencing token of a granted hold: base + the number of the transaction that granted it ({@code docs/protocol.md} 2). */
    public long token(Hold hold) {
        return hold.token() != null ? hold.token() : tokenBase + stamp.mzxid();
    }

    /** When a granted hold was granted, milliseconds since 1970. */
    public long grantedAt(Hold hold) {
        return hold.grantedAt() != null ? hold.grantedAt() : stamp.mtime();
    }

    /** When a hold took its place, milliseconds since 1970; null when it never waited. */
    public @Nullable Long queuedAt(Hold hold) {
        return hold.queuedAt() == null && hold.state() == State.QUEUED ? Long.valueOf(stamp.mtime()) : hold.queuedAt();
    }

    /** The content with every stamp filled in that only the store could tell: what the next write of the node begins from. */
    public Lease filled() {
        return lease.withHolds(
                lease.holds().stream().map(this::filled).toList(),
                lease.past().stream()
                        .map(past -> past.endedAt() == null ? past.endedAt(stamp.mtime()) : past)
                        .toList());
    }

    private Hold filled(Hold hold) {
        return switch (hold.state()) {
            case QUEUED -> hold.stamped(null, queuedAt(hold), null, null);
            case HELD -> hold.stamped(token(hold), hold.queuedAt(), grantedAt(hold), null);
            case DELAYED ->
                hold.stamped(
                        hold.token(),
                        hold.queuedAt(),
                        hold.grantedAt(),
                        hold.closedFrom() == null ? Long.valueOf(stamp.mtime()) : hold.closedFrom());
        };
    }

    /** Milliseconds from this version's write until a hold that has ended lets its name go; never negative. */
    long closedForMillis(Hold hold) {
        long passed = hold.closedFrom() == null ? 0 : stamp.mtime() - hold.closedFrom();
        long whole = hold.closedForMillis() == null ? 0 : hold.closedForMillis();
        return Math.max(0, whole - passed);
    }

    /** Milliseconds from this version's write until the longest time of the lease is over; null when there is no such bound. */
    @Nullable
    Long maxHoldLeftMillis() {
        if (lease.maxHoldMillis() == null || lease.waits()) {
            return null;
        }
        long since = lease.forHolds()
                ? lease.holds().stream().mapToLong(this::grantedAt).min().orElse(stamp.ctime())
                : stamp.ctime();
        return Math.max(0, lease.maxHoldMillis() - (stamp.mtime() - since));
    }

    /**
     * When the longest time of the lease is over whatever the renewals, milliseconds since 1970; null when there is no such bound, and
     * while it waits.
     */
    public @Nullable Long maxHoldUntil() {
        Long left = maxHoldLeftMillis();
        return left == null ? null : Long.valueOf(stamp.mtime() + left);
    }

    /** Whether the longest time of the lease was over when this version was written: to write another would only put off its end. */
    boolean isOverdue() {
        Long left = maxHoldLeftMillis();
        return left != null && left == 0;
    }

    /**
     * What the holder may count on from the moment at which this version's write was sent, milliseconds. The service keeps the
     * lease longer than that, by the grace.
     */
    public long promisedMillis() {
        Long left = maxHoldLeftMillis();
        long ttl = lease.ttlMillis() + (lease.patienceMillis() == null ? 0 : lease.patienceMillis());
        return left == null ? ttl : Math.min(ttl, left);
    }

    /** When the promise of this version runs out by the store's clock, milliseconds since 1970: for people to read. */
    public long expiresAt() {
        return stamp.mtime() + promisedMillis();
    }
}
