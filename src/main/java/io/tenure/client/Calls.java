package io.tenure.client;

import io.tenure.client.Http.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests that may be repeated, and are, until a server answers. Safe for use by many threads. */
final class Calls {
    /** How long one server may take for an answer that does not wait for anything. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** How long a request is repeated at least when no server answers. */
    static final Duration REACH = Duration.ofSeconds(10);

    private static final Duration LEAST_PAUSE = Duration.ofMillis(50);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(2);

    private final Time time;
    private final Http http;
    private final Supplier<RandomGenerator> random;

    /** @param random draws the pauses, so that clients that failed together do not come back together */
    Calls(Time time, Http http, Supplier<RandomGenerator> random) {
        this.time = time;
        this.http = http;
        this.random = random;
    }

    /**
     * How long to pause before a request is sent again, half of it by chance.
     *
     * @param tries how often it has come to nothing, from 1 on
     * @param answer null when there was none
     */
    Duration pause(int tries, @Nullable Answer answer) {
        long most = Math.min(MOST_PAUSE.toNanos(), LEAST_PAUSE.toNanos() << Math.min(tries - 1, 10));
        if (answer != null && answer.busy() && answer.retryAfter() != null) {
            most = Math.max(most, answer.retryAfter().toNanos());
        }
        return Duration.ofNanos(most / 2 + random.get().nextLong(most / 2));
    }

    /**
     * Sends a request until it is answered by something else than that it cannot be told.
     *
     * @param patience how long to go on
     * @return fails with a {@link TenureException} when the patience is over
     */
    CompletionStage<Answer> repeat(Duration patience, Request request) {
        return repeat(patience, request, sent -> {});
    }

    /** @param sending told when each request is sent, on the clock of {@link Time#nanos}, before it is; the last is the one that was answered */
    CompletionStage<Answer> repeat(Duration patience, Request request, LongConsumer sending) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        attempt(request, time.nanos() + patience.toNanos(), 1, sending, result);
        return result;
    }

    /** Repeats the undoing of something: that it is over already is as good. */
    CompletionStage<Void> undo(Duration patience, Request request) {
        return repeat(patience, request).thenAccept(answer -> {
            if (!answer.ok() && !answer.gone()) {
                throw answer.refusal();
            }
        });
    }

    private void attempt(Request request, long end, int tries, LongConsumer sending, CompletableFuture<Answer> result) {
        sending.accept(time.nanos());
        http.send(request).whenComplete((answer, failure) -> {
            if (answer != null && !answer.cannotTell() && !answer.busy()) {
                result.complete(answer);
                return;
            }
            Duration pause = pause(tries, answer);
            if (time.nanos() + pause.toNanos() - end >= 0) {
                result.completeExceptionally(answer != null ? answer.refusal() : unreachable(failure));
                return;
            }
            time.after(pause, () -> attempt(request, end, tries + 1, sending, result));
        });
    }

    /** No server has answered, whatever the reason of the last. */
    static TenureException unreachable(@Nullable Throwable failure) {
        String detail = failure == null ? "" : ": " + failure.getMessage();
        return TenureException.unreachable("no server has answered in time" + detail, failure);
    }
}
