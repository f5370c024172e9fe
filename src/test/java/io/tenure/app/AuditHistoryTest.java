package io.tenure.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.AuditQueries;
import io.tenure.audit.AuditStory;
import io.tenure.audit.CatchUp;
import io.tenure.audit.EndLookup;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import io.tenure.queue.Tokens.Known;
import io.tenure.simulation.World;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What locks ask the log is answered within half a second, whatever becomes of the database. */
class AuditHistoryTest {
    private static final Name LEDGER = new Name("ledger");

    private final AuditStory story = AuditStory.told();
    private final World world = World.calm();

    private AuditHistory history(Executor executor) {
        return new AuditHistory(
                new EndLookup(story.jdbi(), executor, world.timers("a")),
                new AuditQueries(story.jdbi(), story::now),
                new CatchUp(story.drain(), world.timers("a")),
                executor,
                world.timers("a"));
    }

    private static CompletableFuture<OptionalLong> median(AuditHistory history, Name name) {
        return history.median(Kind.RWLOCK, name).toCompletableFuture();
    }

    private static CompletableFuture<Known> newest(AuditHistory history) {
        return history.known(Kind.RWLOCK, LEDGER, 5000).toCompletableFuture();
    }

    @Test
    void theLogTellsHowLongANameIsHeldAndWhichTokensItHad() {
        AuditHistory history = history(Runnable::run);
        assertThat(median(history, LEDGER)).isCompletedWithValue(OptionalLong.of(3000));
        assertThat(median(history, new Name("never"))).isCompletedWithValue(OptionalLong.empty());
        assertThat(newest(history)).isCompletedWithValue(new Known(false, true, Optional.of(5000L)));
    }

    @Test
    void withoutTheDatabaseNothingIsToldAndNothingFails() {
        AuditHistory history = history(Runnable::run);
        story.takeDatabaseAway();
        assertThat(median(history, LEDGER)).isCompletedWithValue(OptionalLong.empty());
        assertThat(newest(history)).isCompletedWithValue(new Known(false, false, Optional.empty()));
    }

    @Test
    void aDatabaseThatHangsIsWaitedForHalfASecond() {
        AuditHistory history = history(never -> {});
        CompletableFuture<OptionalLong> median = median(history, LEDGER);
        CompletableFuture<Known> newest = newest(history);
        world.advance(Duration.ofMillis(499));
        assertThat(median).isNotDone();
        assertThat(newest).isNotDone();
        world.advance(Duration.ofMillis(2));
        assertThat(median).isCompletedWithValue(OptionalLong.empty());
        assertThat(newest).isCompletedWithValue(new Known(false, false, Optional.empty()));
    }

    @Test
    void whereTooManyAskAlreadyNothingIsTold() {
        AuditHistory history = history(task -> {
            throw new RejectedExecutionException();
        });
        assertThat(median(history, LEDGER)).isCompletedWithValue(OptionalLong.empty());
        assertThat(newest(history)).isCompletedWithValue(new Known(false, false, Optional.empty()));
    }
}
