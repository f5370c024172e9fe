package io.tenure.audit;

import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Lets a question wait, for a short time at most, until the log has everything that happened before it. On a server that is not the
 * coordinator nobody can tell, and it does not wait. Safe for use by many threads.
 */
public final class CatchUp {
    private static final Duration BOUND = Duration.ofMillis(500);

    private final Drain drain;
    private final Timers timers;

    public CatchUp(Drain drain, Timers timers) {
        this.drain = drain;
        this.timers = timers;
    }

    /**
     * Completes within half a second. Fails with a {@link Refusal} {@code AUDIT_UNAVAILABLE} when it is known that the database is
     * away.
     */
    public CompletionStage<Reach> ask() {
        if (drain.backlog().isEmpty()) {
            return CompletableFuture.completedFuture(Reach.UNKNOWN);
        }
        CompletableFuture<Reach> reach = new CompletableFuture<>();
        Timers.Timer bound = timers.after(BOUND, () -> reach.complete(Reach.UNKNOWN));
        drain.catchUp().whenComplete((done, failure) -> {
            bound.cancel();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause == null) {
                reach.complete(Reach.NOW);
            } else if (cause instanceof Refusal refusal
                    && refusal.code() == ErrorCode.AUDIT_UNAVAILABLE
                    && drain.backlog().isPresent()) {
                reach.completeExceptionally(refusal);
            } else {
                reach.complete(Reach.UNKNOWN);
            }
        });
        return reach;
    }

    /** How many records wait for the database, where this server can tell. */
    public Optional<Long> backlog() {
        return drain.backlog().map(Backlog::length);
    }

    /** How far the log is known to be complete. */
    public enum Reach {
        /** It has everything that had been acknowledged when the question came. */
        NOW,
        /** Nobody here can tell. */
        UNKNOWN
    }
}
