package io.tenure.queue;

import io.tenure.audit.Actor;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request to hold one thing, or several all or nothing. Immutable.
 *
 * @param lease the lease that is to hold
 * @param named whether the client names the lease and may repeat the request at will (PUT)
 * @param chosen whether the client chose the id at all; false when the server did
 * @param wants what it wants, each name once
 * @param terms what the new lease is to be; null to attach to one that lives
 * @param patience how long the request waits in the queue, already checked
 * @param queue whether the place stays when the wait is over
 * @param actor who asks
 * @param presence tells whether the request is still there; asked for only when it waits
 */
public record Claim(
        LeaseId lease,
        boolean named,
        boolean chosen,
        List<Want> wants,
        @Nullable Terms terms,
        Duration patience,
        boolean queue,
        Actor actor,
        Supplier<Presence> presence) {
    public Claim {
        wants = List.copyOf(wants);
        if (wants.stream().map(Want::thing).distinct().count() < wants.size()) {
            throw Refusal.invalid("holds", "each thing once", names(wants));
        }
    }

    private static String names(List<Want> wants) {
        return wants.stream().map(Want::thing).collect(Collectors.joining(", "));
    }

    /** The lane on which the lease and the queues are read and written. */
    String lane() {
        return wants.get(0).name().value();
    }

    /** Whether the hold is on something that it wants. */
    boolean isFor(Lease.Hold hold) {
        return wants.stream().anyMatch(want -> hold.on(want.kind(), want.name()));
    }

    /** What makes it a repeat of another: everything but the wait, the queue and the reasons. */
    String identity() {
        return wants.stream().map(Want::identity).collect(Collectors.joining(","));
    }

    /** A digest of what is asked for a hold on a lease that stood before. */
    String askedOfHold() {
        return Terms.digest(identity());
    }
}
