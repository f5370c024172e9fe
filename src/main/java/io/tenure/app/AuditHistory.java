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
import io.tenure.queue.HoldTimes;
import io.tenure.queue.Tokens;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** What leases, locks and those who wait ask the audit log, each for half a second at most. Safe for use by many threads. */
final class AuditHistory implements History, Tokens, HoldTimes {
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
                .thenCompose(certain ->
                        asked(() -> known(kind, name, token, certain), new Known(false, false, Optional.empty())));
    }

    @Override
    public CompletionStage<OptionalLong> median(Kind kind, Name name) {
        return asked(() -> queries.medianHeldMillis(kind, name), OptionalLong.empty());
    }

    private Known known(Kind kind, Name name, long token, boolean certain) {
        OptionalLong newest = queries.newestToken(kind, name);
        return new Known(
                certain,
                queries.tokenKnown(kind, name, token),
                newest.isPresent() ? Optional.of(newest.getAsLong()) : Optional.empty());
    }

    private <T> CompletionStage<T> asked(Supplier<T> question, T cannotTell) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                if (!answer.isDone()) {
                    answer.complete(ask(question, cannotTell));
                }
            });
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(cannotTell);
        }
        Timers.Timer bound = timers.after(BOUND, () -> answer.complete(cannotTell));
        return answer.whenComplete((told, failure) -> bound.cancel());
    }

    private static <T> T ask(Supplier<T> question, T cannotTell) {
        try {
            return question.get();
        } catch (Refusal away) {
            return cannotTell;
        }
    }
}
