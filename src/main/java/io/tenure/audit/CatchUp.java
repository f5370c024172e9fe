package io.tenure.audit;

import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets a question wait, for a short time at most, until the log has everything that happened before it. A server that is not the
 * coordinator asks that one. Safe for use by many threads.
 */
public final class CatchUp {
    private static final Duration BOUND = Duration.ofMillis(500);

    private final Drain drain;
    private final @Nullable BacklogBoard board;
    private final Timers timers;

    /** Where no other server can be the coordinator. */
    public CatchUp(Drain drain, Timers timers) {
        this(drain, null, timers);
    }

    public CatchUp(Drain drain, @Nullable BacklogBoard board, Timers timers) {
        this.drain = drain;
        this.board = board;
        this.timers = timers;
    }

    /**
     * Completes within half a second. Fails with a {@link Refusal} {@code AUDIT_UNAVAILABLE} when it is known that the database is
     * away.
     */
    public CompletionStage<Reach> ask() {
        BacklogBoard elsewhere = drain.backlog().isPresent() ? null : board;
        if (drain.backlog().isEmpty() && elsewhere == null) {
            return CompletableFuture.completedFuture(Reach.UNKNOWN);
        }
        CompletableFuture<Reach> reach = new CompletableFuture<>();
        Timers.Timer bound = timers.after(BOUND, () -> reach.complete(Reach.UNKNOWN));
        if (elsewhere != null) {
            elsewhere.reached().thenAccept(reached -> {
                bound.cancel();
                reach.complete(reached ? Reach.NOW : Reach.UNKNOWN);
            });
            return reach;
        }
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

    /** How far the log is behind, as this server knows it or was told. */
    public Optional<Backlog> known() {
        return drain.backlog().or(() -> board == null ? Optional.empty() : board.backlog());
    }

    /** How many records wait for the database, where this server can tell. */
    public Optional<Long> backlog() {
        return known().map(Backlog::length);
    }

    /** How far the log is known to be complete. */
    public enum Reach {
        /** It has everything that had been acknowledged when the question came. */
        NOW,
        /** Nobody here can tell. */
        UNKNOWN
    }
}
