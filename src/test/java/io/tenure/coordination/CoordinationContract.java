package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * The whole contract of the port: what every implementation of {@link Coordination} keeps, the real one and the twin.
 *
 * <p>It stands in parts: {@link CommitContract} for lists and reads, {@link WatchContract} for watches, {@link
 * DirectoryViewContract} for what is built upon both, and here the connection.
 */
public abstract class CoordinationContract extends DirectoryViewContract {
    @Test
    void answersAtOnceThatAListSurelyWasNotCarriedOutWithoutConnection() {
        done(create("/t/x"));
        interrupt("a");
        Coordination a = server("a");
        assertThat(a.connected(LANE)).isFalse();
        var answer = a.commit(LANE, List.of(create("/t/y"))).toCompletableFuture();
        assertThat(answer).isCompletedWithValue(new Outcome.Unavailable(false));
    }

    @Test
    void whatIsCarriedOutWithoutAnAnswerIsUnavailableAndDone() {
        var answer = commitWithoutAnswer("a", create("/t/x"));
        assertThat(await(answer)).isEqualTo(new Outcome.Unavailable(true));
        restore("a");
        until(() -> server("a").connected(LANE));
        assertThat(commit(create("/t/x"))).isEqualTo(conflict(0, Outcome.Cause.EXISTS));
    }

    @Test
    void aListOfAFewMegabytesIsCarriedOutAndOneAboveTheLimitLosesTheConnectionEachTime() {
        Operation large = set(TOP, "x".repeat(900_000), -1);
        done(large, large, large);
        Operation[] tooLarge = Collections.nCopies(10, large).toArray(Operation[]::new);
        for (int i = 0; i < 2; i++) {
            assertThat(commit(tooLarge)).isEqualTo(new Outcome.Unavailable(true));
            until(() -> server("a").connected(LANE));
        }
        done(check(TOP, 3));
    }

    @Test
    void anAnswerAboveTheLimitLosesTheConnectionEachTime() {
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            done(create("/t/" + i), set("/t/" + i, "x".repeat(900_000), -1));
            queries.add(new Query.Data("/t/" + i));
        }
        for (int i = 0; i < 2; i++) {
            var answer = server("a").read(LANE, queries).toCompletableFuture();
            until(answer::isDone);
            assertRefused(answer);
            until(() -> server("a").connected(LANE));
        }
        assertThat(await(server("a").read(LANE, queries.subList(0, 3)))).hasSize(3);
    }

    @Test
    void aLaneNeverGoesBackInTime() {
        done(create("/t/x"));
        int before = 0;
        for (int i = 0; i < 60; i++) {
            var write = server("b").commit(LANE, List.of(set("/t/x", "2", -1)));
            if (i % 20 == 10) {
                interrupt("a");
                restore("a");
                until(() -> server("a").connected(LANE));
            }
            int now = stamp("/t/x").version();
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
            await(write);
        }
    }

    @Test
    void refusesToReadAtOnceWithoutConnection() {
        done(create("/t/x"));
        interrupt("a");
        assertRefused(server("a").read(LANE, List.of(new Query.Data("/t/x"))));
        assertRefused(server("a").sync(LANE));
    }

    private static void assertRefused(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        Throwable failure = catchThrowable(() -> stage.toCompletableFuture().get());
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    @Test
    void servesAgainOnceTheConnectionIsBack() {
        done(create("/t/x"));
        interrupt("a");
        restore("a");
        until(() -> server("a").connected(LANE));
        done(set("/t/x", "2", 0));
        assertThat(text("/t/x")).isEqualTo("2");
    }

    @Test
    void servesAgainInANewSession() {
        done(create("/t/x"), create("/t/mine", Operation.Mode.EPHEMERAL));
        expire("a");
        restore("a");
        until(() -> server("a").connected(LANE));
        assertThat(there("/t/mine")).isFalse();
        done(set("/t/x", "2", 0));
    }

    @Test
    void anotherServerGoesOnWhileOneHasNoConnection() {
        done(create("/t/x"));
        interrupt("a");
        assertThat(commit("b", set("/t/x", "2", 0))).isInstanceOf(Outcome.Done.class);
        restore("a");
        until(() -> server("a").connected(LANE));
        until(() -> text("/t/x").equals("2"));
    }

    @Test
    void everyAnswerOutstandingWhenTheConnectionEndsComesInOrder() {
        done(create("/t/x"));
        Coordination a = server("a");
        List<CompletionStage<Outcome>> answers = new ArrayList<>();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 50; i++) {
            int number = i;
            CompletionStage<Outcome> answer = a.commit(LANE, List.of(create("/t/" + i)));
            answers.add(answer.whenComplete((outcome, failure) -> order.add(number)));
            if (i % 7 == 3) {
                // sends what waits, so that several transactions are under way
                var unused = a.read(LANE, List.of(new Query.Data("/t/x")));
            }
        }
        interrupt("a");
        for (int i = 0; i < 50; i++) {
            assertThat(await(answers.get(i))).isInstanceOfAny(Outcome.Done.class, Outcome.Unavailable.class);
        }
        assertThat(order).isSorted().hasSize(50);
    }
}
