package io.tenure.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The servers by the JDK's HTTP client: all requests go to one of them until it does not answer or cannot tell, then to the next. Safe
 * for use by many threads.
 */
final class HttpServers implements Http {
    static final ObjectMapper JSON = new ObjectMapper();

    /** How much later than the request's own timeout an answer that has begun is given up. */
    private static final Duration BEHIND = Duration.ofMillis(100);

    private final Time time;
    private final HttpClient client;
    private final List<URI> servers;
    private final AtomicInteger current;

    /** @param first the index of the server to begin with */
    HttpServers(Time time, HttpClient client, List<URI> servers, int first) {
        this.time = time;
        this.client = client;
        this.servers = List.copyOf(servers);
        this.current = new AtomicInteger(first);
    }

    /** The JDK's client, for what is not a request with one answer. */
    HttpClient client() {
        return client;
    }

    /** Where a path is at the server that is asked now. */
    URI at(String path) {
        return at(current.get(), path);
    }

    private URI at(int server, String path) {
        return URI.create(servers.get(server) + path);
    }

    /** The server that is asked now has failed: the next one is asked from now on. */
    @Override
    public void another() {
        leave(current.get());
    }

    private void leave(int server) {
        current.compareAndSet(server, (server + 1) % servers.size());
    }

    @Override
    public CompletionStage<Answer> send(Request request) {
        int server = current.get();
        URI uri = at(server, request.path());
        JsonNode body = request.body();
        HttpRequest.Builder http = HttpRequest.newBuilder(uri)
                .timeout(request.timeout())
                .header("Accept", "application/json")
                .method(request.method(), body == null ? BodyPublishers.noBody() : json(body));
        if (body != null) {
            http.header("Content-Type", "application/json");
        }
        CompletableFuture<HttpResponse<String>> sent = client.sendAsync(http.build(), BodyHandlers.ofString());
        // the request's own timeout ends with the headers: a body that stays away needs another
        CompletableFuture<HttpResponse<String>> whole = sent.copy();
        Time.Timer patience = time.after(
                request.timeout().plus(BEHIND),
                () -> whole.completeExceptionally(new HttpTimeoutException("the answer stopped on its way")));
        return whole.handle((response, failure) -> {
            patience.cancel();
            if (failure != null) {
                sent.cancel(true);
                leave(server);
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                throw new NoAnswer(request.method() + " " + uri + ": " + cause, cause);
            }
            Answer answer = answer(response);
            if (answer.cannotTell()) {
                leave(server);
            }
            return answer;
        });
    }

    private static BodyPublisher json(JsonNode body) {
        return BodyPublishers.ofString(body.toString());
    }

    static Answer answer(HttpResponse<String> response) {
        Duration retryAfter = response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
        return new Answer(response.statusCode(), parsed(response.body()), retryAfter);
    }

    private static JsonNode parsed(@Nullable String text) {
        try {
            JsonNode body = text == null ? null : JSON.readTree(text);
            return body == null ? MissingNode.getInstance() : body;
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }
}
