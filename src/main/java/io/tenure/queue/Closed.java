package io.tenure.queue;

import io.tenure.coordination.Timers;
import io.tenure.lease.Lease.State;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.Name;

/** How long a name stays closed that nobody holds. Stateless. */
public final class Closed {
    private Closed() {}

    /** About how many milliseconds; 0 when it is not closed by this lease. For people to read: the coordinator decides. */
    public static long forMillis(Kind kind, Name name, StoredLease stored, Timers timers) {
        return stored.filled().holds().stream()
                .filter(hold -> hold.on(kind, name) && hold.state() == State.DELAYED)
                .mapToLong(hold -> {
                    Long from = hold.closedFrom();
                    Long whole = hold.closedForMillis();
                    return from == null || whole == null ? 0 : Math.max(0, from + whole - timers.wallMillis());
                })
                .max()
                .orElse(0);
    }
}
