package io.tenure.client;

import io.tenure.client.Http.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests that may be repeated, and are, until a server answers or the client is closed. Safe for use by many threads. */
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

    /** What somebody waits for, each under a key of its own. */
    private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();

    private final Map<Object, CompletableFuture<?>> undoing = new ConcurrentHashMap<>();

    private volatile Duration longestWait = Acquiring.WAIT;
    private volatile boolean closed;

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

    /** How long a request may wait for something at most. */
    Duration longestWait() {
        return longestWait;
    }

    /** The servers allow less than before. */
    void waitAtMost(Duration longest) {
        longestWait = longest;
    }

    /**
     * Sends a request until it is answered by something else than that it cannot be told.
     *
     * @param patience how long to go on; it is sent once at least
     * @return fails with a {@link TenureException} when the patience is over
     */
    CompletionStage<Answer> repeat(Duration patience, Request request) {
        return repeat(patience, request, sent -> {});
    }

    /** @param sending told when each request is sent, before it is, on the clock of {@link Time#nanos}; the last is the one answered */
    CompletionStage<Answer> repeat(Duration patience, Request request, LongConsumer sending) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        open(result);
        attempt(request, time.nanos() + patience.toNanos(), 1, sending, result);
        return result;
    }

    /** Repeats the undoing of something: that it is over already is as good. When the client is closed it is sent once more at most. */
    CompletionStage<Void> undo(Duration patience, Request request) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        Object key = new Object();
        undoing.put(key, result);
        var unused = result.whenComplete((answer, failure) -> undoing.remove(key));
        attempt(request, time.nanos() + patience.toNanos(), 1, sent -> {}, result);
        return result.thenAccept(answer -> {
            if (!answer.ok() && !answer.gone()) {
                throw answer.refusal();
            }
        });
    }

    private void attempt(Request request, long end, int tries, LongConsumer sending, CompletableFuture<Answer> result) {
        if (result.isDone()) {
            return;
        }
        sending.accept(time.nanos());
        http.send(request).whenComplete((answer, failure) -> {
            if (answer != null && !answer.cannotTell() && !answer.busy()) {
                result.complete(answer);
                return;
            }
            Duration pause = pause(tries, answer);
            if (closed || time.nanos() + pause.toNanos() - end >= 0) {
                result.completeExceptionally(answer != null ? answer.refusal() : unreachable(failure));
                return;
            }
            time.after(pause, () -> attempt(request, end, tries + 1, sending, result));
        });
    }

    /** The same outcome, or a failure after so much time, while the original goes on. */
    CompletionStage<Void> within(Duration most, CompletionStage<Void> original) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        if (!closed) {
            open(result);
        }
        Time.Timer timer = time.after(most, () -> result.completeExceptionally(unreachable(null)));
        original.whenComplete((done, failure) -> {
            timer.cancel();
            if (failure == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** No server has answered, whatever the reason of the last. */
    static TenureException unreachable(@Nullable Throwable failure) {
        Throwable last = failure instanceof CompletionException ? failure.getCause() : failure;
        String detail = last == null ? "" : ": " + last.getMessage();
        return TenureException.unreachable("no server has answered in time" + detail, failure);
    }

    /** Somebody waits for this, and is told when the client is closed before it is done. */
    void open(CompletableFuture<?> awaited) {
        Object key = new Object();
        open.put(key, awaited);
        var unused = awaited.whenComplete((done, failure) -> open.remove(key));
        if (closed) {
            awaited.completeExceptionally(closing());
        }
    }

    private static TenureException closing() {
        return TenureException.unreachable("the client is closed", null);
    }

    /**
     * Fails whatever somebody waits for, which takes back what had been asked for.
     *
     * @return completes when all that was to be undone has been, or has been tried
     */
    CompletionStage<Void> close() {
        closed = true;
        open.values().forEach(awaited -> awaited.completeExceptionally(closing()));
        return CompletableFuture.allOf(undoing.values().toArray(CompletableFuture<?>[]::new));
    }
}
