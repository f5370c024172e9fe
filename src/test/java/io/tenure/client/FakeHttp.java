package io.tenure.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Servers that answer when the test says so, and what it says. Used by one thread. */
final class FakeHttp implements Http {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Sent> unanswered = new ArrayList<>();

    private int others;

    @Override
    public void another() {
        others++;
    }

    /** How often another server was wanted. */
    int others() {
        return others;
    }

    @Override
    public CompletionStage<Answer> send(Request request) {
        Sent sent = new Sent(request, new CompletableFuture<>());
        unanswered.add(sent);
        return sent.answer();
    }

    /** The request that waits for its answer longest, from now on the test's to answer. */
    Sent next() {
        if (unanswered.isEmpty()) {
            throw new AssertionError("nothing was asked");
        }
        return unanswered.remove(0);
    }

    /** As {@link #next()}; the test fails unless it is this request. */
    Sent next(String method, String path) {
        Sent sent = next();
        if (!sent.toString().equals(method + " " + path)) {
            throw new AssertionError("asked " + sent + " and not " + method + " " + path);
        }
        return sent;
    }

    /** Requests that nobody has answered, in the order in which they were sent. */
    List<Sent> unanswered() {
        return unanswered;
    }

    /** A request that was sent. */
    record Sent(Request request, CompletableFuture<Answer> answer) {
        /** A server answers. A single quote in the body stands for a double one. */
        void answer(int status, String json) {
            answer(status, json, null);
        }

        void answer(int status, String json, @Nullable Duration retryAfter) {
            answer.complete(new Answer(status, parsed(json), retryAfter));
        }

        /** Nobody answers, and it has been waited for long enough. */
        void noAnswer() {
            answer.completeExceptionally(new NoAnswer("no answer", null));
        }

        /** What was sent. */
        JsonNode json() {
            return Objects.requireNonNull(request.body());
        }

        /** What was sent, with a single quote for each double one. */
        String body() {
            return request.body() == null ? "" : request.body().toString().replace('"', '\'');
        }

        @Override
        public String toString() {
            return request.method() + " " + request.path();
        }
    }

    private static JsonNode parsed(String json) {
        try {
            return json.isEmpty() ? MissingNode.getInstance() : JSON.readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
