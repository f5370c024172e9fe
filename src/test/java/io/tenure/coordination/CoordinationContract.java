package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.ArrayList;
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
    void everyAnswerOutstandingWhenTheConnectionEndsComes() {
        done(create("/t/x"));
        Coordination a = server("a");
        List<CompletionStage<Outcome>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(a.commit(LANE, List.of(create("/t/" + i))));
        }
        interrupt("a");
        for (int i = 0; i < 50; i++) {
            assertThat(await(answers.get(i))).isInstanceOfAny(Outcome.Done.class, Outcome.Unavailable.class);
        }
    }
}
