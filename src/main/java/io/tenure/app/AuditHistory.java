package io.tenure.app;

import io.tenure.audit.AuditQueries;
import io.tenure.audit.CatchUp;
import io.tenure.audit.EndLookup;
import io.tenure.audit.History;
import io.tenure.coordination.Timers;
import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Tokens;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What leases and locks ask the audit log, each for half a second at most. Safe for use by many threads. */
final class AuditHistory implements History, Tokens {
    private static final Duration BOUND = Duration.ofMillis(500);

    private final EndLookup ends;
    private final AuditQueries queries;
    private final CatchUp catchUp;
    private final Executor executor;
    private final Timers timers;

    AuditHistory(EndLookup ends, AuditQueries queries, CatchUp catchUp, Executor executor, Timers timers) {
        this.ends = ends;
        this.queries = queries;
        this.catchUp = catchUp;
        this.executor = executor;
        this.timers = timers;
    }

    @Override
    public CompletionStage<Answer> endOf(LeaseId lease) {
        return ends.endOf(lease);
    }

    /** A token that was given out a moment ago may still wait in the outbox: what the log does not know is certain only behind it. */
    @Override
    public CompletionStage<Known> known(Kind kind, Name name, long token) {
        return catchUp.ask()
                .handle((reach, failure) -> reach == CatchUp.Reach.NOW)
                .thenCompose(certain -> asked(kind, name, token, certain));
    }

    private CompletionStage<Known> asked(Kind kind, Name name, long token, boolean certain) {
        CompletableFuture<Known> answer = new CompletableFuture<>();
        Known cannotTell = new Known(false, false, Optional.empty());
        try {
            executor.execute(
                    () -> answer.complete(ask(kind, name, token, certain).orElse(cannotTell)));
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(cannotTell);
        }
        Timers.Timer bound = timers.after(BOUND, () -> answer.complete(cannotTell));
        return answer.whenComplete((known, failure) -> bound.cancel());
    }

    private Optional<Known> ask(Kind kind, Name name, long token, boolean certain) {
        try {
            OptionalLong newest = queries.newestToken(kind, name);
            return Optional.of(new Known(
                    certain,
                    queries.tokenKnown(kind, name, token),
                    newest.isPresent() ? Optional.of(newest.getAsLong()) : Optional.empty()));
        } catch (Refusal away) {
            return Optional.empty();
        }
    }
}
