package io.tenure.lease;

import io.tenure.audit.Actor;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Timers;
import io.tenure.name.EndedBy;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Cleans up after attempts to create a lease that nobody wants any more and whose outcome is not known.
 *
 * <p>It puts a tombstone in the lease's place: once that stands, the lost attempt can never succeed; when it cannot be put there,
 * the attempt had succeeded, and the lease is ended ({@code docs/protocol.md}, "Lost answers"). It goes on trying while the server
 * lives; if the server dies first, the lease expires. Safe for use by many threads.
 */
public final class Abandoned {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final LeaseNodes nodes;
    private final Ender ender;
    private final Timers timers;
    private final Duration longestSession;
    private final AtomicInteger open = new AtomicInteger();

    /** @param longestSession the longest session timeout of any server; a lost attempt cannot commit after twice that */
    public Abandoned(LeaseNodes nodes, Ender ender, Timers timers, Duration longestSession) {
        this.nodes = nodes;
        this.ender = ender;
        this.timers = timers;
        this.longestSession = longestSession;
    }

    /** Sees to it that the lease which an attempt with this nonce may have created, or may yet create, does not stay. */
    public void abandon(String lane, LeaseId id, String nonce) {
        open.incrementAndGet();
        attempt(lane, id, nonce);
    }

    /** How many have not been cleaned up yet. */
    public int open() {
        return open.get();
    }

    private void attempt(String lane, LeaseId id, String nonce) {
        Operation tombstone =
                nodes.create(id, Lease.tombstone(longestSession.multipliedBy(2).toMillis()));
        nodes.store().commit(lane, java.util.List.of(tombstone)).whenComplete((outcome, failure) -> {
            if (outcome instanceof Outcome.Done) {
                open.decrementAndGet();
            } else if (outcome instanceof Outcome.Conflict) {
                release(lane, id, nonce);
            } else {
                later(lane, id, nonce);
            }
        });
    }

    private void release(String lane, LeaseId id, String nonce) {
        nodes.read(lane, id).whenComplete((read, failure) -> {
            if (failure != null) {
                later(lane, id, nonce);
            } else if (read.isEmpty() || !read.get().lease().nonce().equals(nonce)) {
                open.decrementAndGet();
            } else {
                EndedBy endedBy = read.get().lease().waits() ? EndedBy.WITHDRAWN : EndedBy.RELEASED;
                How how = How.owner(endedBy, "its request was answered 503", Actor.SERVICE);
                ender.endLease(lane, read.get(), how).whenComplete((result, lost) -> {
                    if (result instanceof Ender.Result.Done) {
                        open.decrementAndGet();
                    } else {
                        later(lane, id, nonce);
                    }
                });
            }
        });
    }

    private void later(String lane, LeaseId id, String nonce) {
        timers.after(PAUSE, () -> attempt(lane, id, nonce));
    }
}
