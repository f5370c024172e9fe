package io.tenure.lease;

import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.name.EndedBy;

/**
 * When the coordinator has something to do for a lease, counted from the moment at which it saw the lease's last write. A pure
 * function of that version; never earlier than what any server can have promised.
 *
 * @param afterMillis milliseconds from the last write seen
 * @param due what is to be done then
 */
record Deadline(long afterMillis, Due due) {
    /** What is to be done. */
    enum Due {
        /** End the lease: nobody has renewed it. */
        EXPIRE,
        /** End the lease: its longest time is over. */
        MAX_HOLD,
        /** End the lease: somebody asked for it, and what its holder was told has run out. */
        REVOKE,
        /** Let the names go whose time of being closed is over; of an ended lease with the last of them the node. */
        OPEN,
        /** Remove a tombstone. */
        FORGET
    }

    static Deadline of(StoredLease stored, long graceMillis) {
        Lease lease = stored.lease();
        if (lease.tombstone()) {
            return new Deadline(lease.ttlMillis() + graceMillis, Due.FORGET);
        }
        long opens = lease.holds().stream()
                .filter(hold -> hold.state() == State.DELAYED)
                .mapToLong(hold -> stored.closedForMillis(hold) + graceMillis)
                .min()
                .orElse(Long.MAX_VALUE);
        if (!lease.lives()) {
            return new Deadline(opens == Long.MAX_VALUE ? 0 : opens, Due.OPEN);
        }
        Deadline end = end(stored, graceMillis);
        return opens < end.afterMillis() ? new Deadline(opens, Due.OPEN) : end;
    }

    private static Deadline end(StoredLease stored, long graceMillis) {
        Lease lease = stored.lease();
        long ttl = lease.ttlMillis() + (lease.patienceMillis() == null ? 0 : lease.patienceMillis());
        Long longest = stored.maxHoldLeftMillis();
        if (longest != null && longest < ttl) {
            return new Deadline(longest + graceMillis, Due.MAX_HOLD);
        }
        return new Deadline(ttl + graceMillis, lease.revoked() == null ? Due.EXPIRE : Due.REVOKE);
    }

    /** How an end that is due now is told. */
    How how(Lease lease) {
        Lease.Revocation revoked = lease.revoked();
        if (revoked != null) {
            return How.service(revoked.how(), revoked.by(), revoked.reason());
        }
        return How.service(EndedBy.EXPIRED, null, due == Due.MAX_HOLD ? "maxHold" : null);
    }

    /** Whether a hold that has ended lets its name go when this much time has passed since the last write seen. */
    static boolean opens(StoredLease stored, Hold hold, long passedMillis, long graceMillis) {
        return hold.state() == State.DELAYED && stored.closedForMillis(hold) + graceMillis <= passedMillis;
    }
}
