package io.tenure.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Timers;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Leases as this server wrote them a short while ago: a write may begin from one without reading it first.
 *
 * <p>It never decides anything: every write names the version that it begins from, so one that begins from what is no longer true is
 * refused, and begins again with a read. Only a write may come of it, never an answer by itself. What is older than half of the time
 * for which ends are remembered is not told, because an id may live a second time after that, with the same versions
 * ({@code docs/protocol.md} 4). Holds a bounded number of leases, the latest used. Safe for use by many threads.
 */
public final class Recent {
    private static final int MOST = 10_000;

    private final Timers timers;
    private final long freshNanos;

    @GuardedBy("this")
    private final Map<LeaseId, Entry> entries = new BoundedMap<>(MOST);

    private record Entry(StoredLease lease, long since) {}

    /** @param endedMemory how long an id is refused after its end, at least */
    public Recent(Timers timers, Duration endedMemory) {
        this.timers = timers;
        this.freshNanos = endedMemory.toNanos() / 2;
    }

    /** The lease as this server wrote it last, unless that is too long ago. */
    synchronized Optional<StoredLease> get(LeaseId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        if (timers.nanos() - entry.since > freshNanos) {
            entries.remove(id);
            return Optional.empty();
        }
        return Optional.of(entry.lease);
    }

    synchronized void put(StoredLease written) {
        entries.put(written.id(), new Entry(written, timers.nanos()));
    }

    synchronized void forget(LeaseId id) {
        entries.remove(id);
    }
}
