package io.tenure.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client of a server under test that says what it sends. Safe for use by many threads. */
public final class Api {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String base;

    public Api(int port) {
        this("127.0.0.1", port);
    }

    public Api(String host, int port) {
        this.base = "http://" + host + ":" + port;
    }

    /** A lease id that nobody has used. */
    public static String newLease() {
        return UUID.randomUUID().toString();
    }

    public Reply get(String path) {
        return call("GET", path, null);
    }

    public Reply put(String path, String json) {
        return call("PUT", path, json);
    }

    public Reply post(String path, @Nullable String json) {
        return call("POST", path, json);
    }

    public Reply delete(String path) {
        return call("DELETE", path, null);
    }

    /** Sends a request and waits for its answer. A single quote in the body stands for a double one. */
    public Reply call(String method, String path, @Nullable String json) {
        try {
            try {
                return reply(client.send(request(method, path, json), BodyHandlers.ofString()));
            } catch (IOException ended) {
                if (method.equals("POST") || !String.valueOf(ended.getMessage()).contains("received no bytes")) {
                    throw ended;
                }
                // a server may end a connection that was kept, and does when it has refused what it has not read
                return reply(client.send(request(method, path, json), BodyHandlers.ofString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends a request whose answer may come late. */
    public CompletableFuture<Reply> later(String method, String path, @Nullable String json) {
        return client.sendAsync(request(method, path, json), BodyHandlers.ofString())
                .thenApply(Api::reply);
    }

    /** Asks for a stream of lines that may never end; the answer is there when its headers are. */
    public HttpResponse<Stream<String>> lines(String path) {
        try {
            return client.send(request("GET", path, null), BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException("GET " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(String method, String path, @Nullable String json) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(90));
        if (json == null) {
            return request.method(method, BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json.replace('\'', '"')))
                .build();
    }

    private static Reply reply(HttpResponse<String> response) {
        try {
            String body = response.body();
            return new Reply(
                    response.statusCode(),
                    response.headers(),
                    body.isEmpty() ? MissingNode.getInstance() : MAPPER.readTree(body));
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + response.body(), e);
        }
    }
}
