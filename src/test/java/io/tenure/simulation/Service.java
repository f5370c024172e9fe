package io.tenure.simulation;

import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Presence;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a client may ask one server for, in the few words that the simulation's clients know. */
interface Service {
    /**
     * A request to hold something.
     *
     * @param share what, and how much of it
     * @param candidate in an election what the candidate is called; otherwise null
     * @param lease the id that the client chose, or one that the server is taken to choose
     * @param named whether the client chose it
     * @param minHoldMillis how long the name stays closed after a grant at least; null for not at all
     * @param lockDelayMillis how long the name stays closed when the hold expires; null for not at all
     * @param maxHold how long it may be held at most; null for as long as it is renewed
     */
    record Wish(
            Share share,
            @Nullable String candidate,
            LeaseId lease,
            boolean named,
            Duration ttl,
            Duration patience,
            boolean queue,
            @Nullable Long minHoldMillis,
            @Nullable Long lockDelayMillis,
            @Nullable Duration maxHold) {
        Thing thing() {
            return share.thing();
        }
    }

    /** How a server answers. */
    sealed interface Answer {
        /** The lease holds, or leads: the token is its term then. */
        record Held(LeaseId lease, long token) implements Answer {}

        /** The lease has a place in the queue. */
        record Queued(LeaseId lease) implements Answer {}

        /** What was asked for is done. */
        record Done() implements Answer {}

        /** The server refuses. */
        record Refused(ErrorCode code) implements Answer {}
    }

    /**
     * How something stands, as one who follows it is told.
     *
     * @param revision what the service calls this state
     * @param holders the leases that hold it
     */
    record Shown(String revision, NavigableSet<String> holders) {}

    /** Acquires something under a lease of its own. */
    CompletionStage<Answer> acquire(Wish wish, Presence presence);

    /** Acquires something under a lease that stands; by PUT when {@code named}, otherwise by POST. */
    CompletionStage<Answer> attach(Wish wish, Presence presence);

    /** Acquires several things, all or nothing, under a lease of their own. */
    CompletionStage<Answer> acquireAll(
            List<Share> shares, LeaseId lease, Duration ttl, Duration patience, Presence presence);

    /** Grants a lease without holds, under an id of the client's. */
    CompletionStage<Answer> grant(LeaseId lease, Duration ttl);

    /** Renews leases; done when all of them live. */
    CompletionStage<Answer> renewAll(List<LeaseId> leases);

    /** Ends a lease with all that it holds. */
    CompletionStage<Answer> releaseLease(LeaseId lease);

    /** Renews a lease; from now on with another TTL, unless that is null. */
    CompletionStage<Answer> renew(LeaseId lease, @Nullable Duration ttl);

    /** Gives back what it holds, or a place in its queue. */
    CompletionStage<Answer> release(Thing thing, LeaseId lease);

    /** Gives up an id that a lost request may still make a lease of. */
    CompletionStage<Answer> cancel(LeaseId lease);

    /** Ends a lease that is somebody else's. */
    CompletionStage<Answer> revoke(Thing thing, LeaseId lease, boolean immediately);

    /** Asks whether a fencing token is current: done, or refused. */
    CompletionStage<Answer> check(Thing thing, long token);

    /** Lets a writer read on without letting go; answered as what it holds then. */
    CompletionStage<Answer> downgrade(Name rwlock, LeaseId lease);

    /** Hands an office to a candidate, if that term still lasts; politely, once its leader has been given time to stop. */
    CompletionStage<Answer> transfer(Name election, String to, long term, boolean immediately);

    /**
     * Follows a thing, whose state is told now and after each change.
     *
     * @return ends it
     */
    Runnable follow(Thing thing, Consumer<Shown> told);

    /** Lets nothing new be granted by any server, or ends that. */
    CompletionStage<Answer> readOnly(boolean on);

    /** Sets how many permits a semaphore has. */
    CompletionStage<Answer> permit(Name semaphore, int permits);
}
