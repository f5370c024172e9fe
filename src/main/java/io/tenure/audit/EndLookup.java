package io.tenure.audit;

import io.tenure.coordination.Timers;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Asks the database how a lease ended, for a short time at most: a lease's answer must not hang on the database.
 *
 * <p>Ask it only once the store has neither the lease nor the record of its end: a record is in the database before it leaves the
 * outbox. Safe for use by many threads.
 */
public final class EndLookup implements History {
    private static final Duration BOUND = Duration.ofMillis(500);

    private final Jdbi jdbi;
    private final Executor executor;
    private final Timers timers;

    /** @param executor runs the queries, which block; a small pool of its own, which may refuse when it is full */
    public EndLookup(Jdbi jdbi, Executor executor, Timers timers) {
        this.jdbi = jdbi;
        this.executor = executor;
        this.timers = timers;
    }

    /** What the database says within half a second; never completes exceptionally. */
    @Override
    public CompletionStage<Answer> endOf(LeaseId lease) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                if (!answer.isDone()) {
                    answer.complete(ask(lease));
                }
            });
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(new Answer.CannotTell());
        }
        Timers.Timer bound = timers.after(BOUND, () -> answer.complete(new Answer.CannotTell()));
        return answer.whenComplete((done, failure) -> bound.cancel());
    }

    private Answer ask(LeaseId lease) {
        try {
            return jdbi.inTransaction(handle -> {
                Optional<Ending> ending = event(handle, lease);
                return ending.or(() -> quarantined(handle, lease))
                        .<Answer>map(Answer.Found::new)
                        .orElseGet(Answer.NotFound::new);
            });
        } catch (JdbiException | UnreadableRecord e) {
            return new Answer.CannotTell();
        }
    }

    private static Optional<Ending> event(Handle handle, LeaseId lease) {
        return handle.createQuery("""
                        SELECT at, body FROM events WHERE lease = :lease AND record = :record AND ordinal = 0
                        ORDER BY number DESC LIMIT 1""")
                .bind("lease", lease.value())
                .bind("record", lease.value() + Outbox.END)
                .map((row, context) -> ending(row.getLong("at"), row.getBytes("body")))
                .findOne();
    }

    private static Optional<Ending> quarantined(Handle handle, LeaseId lease) {
        return handle.createQuery(
                        "SELECT at, body FROM quarantine WHERE record = :record ORDER BY position DESC LIMIT 1")
                .bind("record", lease.value() + Outbox.END)
                .map((row, context) -> ending(row.getLong("at"), row.getBytes("body")))
                .findOne();
    }

    private static Ending ending(long at, byte[] body) {
        return Ending.of(RecordCodec.parse(body), Instant.ofEpochMilli(at));
    }
}
