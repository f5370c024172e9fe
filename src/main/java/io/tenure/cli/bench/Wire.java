package io.tenure.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.name.LeaseId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests to the servers, and the leases that they may have made. Safe for use by many threads. */
final class Wire {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(45);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<URI> servers;
    private final Set<LeaseId> live = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Wire(List<URI> servers) {
        this.servers = List.copyOf(servers);
    }

    /** Sends a request that makes a lease. */
    CompletableFuture<Void> take(int connection, LeaseId lease, String path, String body) {
        live.add(lease);
        return ask(connection, "PUT", path + lease, body);
    }

    /** Sends a request that ends the lease. */
    CompletableFuture<Void> giveBack(int connection, LeaseId lease, String path) {
        return ask(connection, "DELETE", path + lease, null).thenAccept(done -> live.remove(lease));
    }

    /**
     * Sends a request to the server that serves this connection.
     *
     * @return fails with a {@link Refused} when the answer is not what it should be, cancelled behind {@link #close}
     */
    CompletableFuture<Void> ask(int connection, String method, String path, @Nullable String body) {
        return closed
                ? CompletableFuture.failedFuture(new CancellationException())
                : send(connection, method, path, body);
    }

    private CompletableFuture<Void> send(int connection, String method, String path, @Nullable String body) {
        URI server = servers.get(connection % servers.size());
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.toString().replaceFirst("/$", "") + path))
                .timeout(TIMEOUT);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
        }
        return client.sendAsync(request.build(), BodyHandlers.ofString()).thenAccept(answer -> {
            if (answer.statusCode() / 100 != 2) {
                throw new Refused(method + " " + path + ": " + detail(answer));
            }
        });
    }

    private static String detail(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("detail").asText("status " + answer.statusCode());
        } catch (JsonProcessingException notJson) {
            return "status " + answer.statusCode();
        }
    }

    /**
     * Sends nothing more, and ends every lease that may be there: those too whose request is still on its way, for an id that is
     * cancelled is refused from then on.
     *
     * @return how many could not be ended, and end when their time is over
     */
    int close() {
        closed = true;
        List<CompletableFuture<Boolean>> ended = live.stream()
                .map(lease -> send(0, "DELETE", "/v1/leases/" + lease + "?cancel=true", null)
                        .handle((done, failure) -> failure == null))
                .toList();
        try {
            CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new)).get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            return unended(ended);
        }
        return unended(ended);
    }

    private static int unended(List<CompletableFuture<Boolean>> ended) {
        return (int) ended.stream().filter(one -> !one.getNow(false)).count();
    }

    /** A server has answered otherwise than it should. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
