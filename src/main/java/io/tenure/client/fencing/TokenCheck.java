package io.tenure.client.fencing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the servers of one Tenure whether a fencing token is current, one after the other until one can tell, and begins with the one that told
 * last.
 *
 * <p>Takes for an answer only what is one: a 200, 410 or 404 that is about this very token. Whatever else comes, a page of a
 * proxy or of another service included, counts as no answer. Safe for use by many threads.
 */
final class TokenCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<URI> servers;
    private final Duration share;
    private final HttpClient client;
    private volatile int preferred;

    /** @param timeout for all servers together; each gets an equal share of it */
    TokenCheck(List<URI> servers, Duration timeout, HttpClient client) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("the base URL of at least one server is needed");
        }
        for (URI server : servers) {
            String scheme = String.valueOf(server.getScheme());
            if (!(scheme.equals("http") || scheme.equals("https")) || server.getHost() == null) {
                throw new IllegalArgumentException("a base URL is as http://127.0.0.1:8080; not " + server);
            }
        }
        this.share = timeout.dividedBy(servers.size());
        if (share.toMillis() < 1) {
            throw new IllegalArgumentException("the timeout gives each server at least 1 ms; not " + timeout);
        }
        this.servers = List.copyOf(servers);
        this.client = client;
    }

    /** Blocks for the timeout at the longest, and for less when the thread is interrupted. */
    Verdict ask(Kind kind, Name name, long token) {
        String path = "/v1/" + kind.wire() + "s/" + name + "/tokens/" + token;
        int first = preferred;
        List<String> why = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            int index = (first + i) % servers.size();
            URI server = servers.get(index);
            Verdict verdict = ask(URI.create(server.toString().replaceAll("/+$", "") + path), token);
            if (!(verdict instanceof Verdict.Untold untold)) {
                preferred = index;
                return verdict;
            }
            why.add(server + ": " + untold.why());
        }
        return new Verdict.Untold(String.join("; ", why));
    }

    private Verdict ask(URI uri, long token) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Accept", "application/json")
                .build();
        // the request's own timeout would not cover the body
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            return verdict(answer.get(share.toNanos(), TimeUnit.NANOSECONDS), token);
        } catch (TimeoutException e) {
            return new Verdict.Untold("no answer within " + share.toMillis() + " ms");
        } catch (ExecutionException e) {
            return new Verdict.Untold(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict.Untold("interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    private static Verdict verdict(HttpResponse<byte[]> answer, long token) {
        JsonNode body;
        try {
            body = JSON.readTree(answer.body());
        } catch (IOException e) {
            return new Verdict.Untold("status " + answer.statusCode() + " without JSON");
        }
        String code = body.path("code").asText();
        if (body.path("fencingToken").asLong() == token) {
            if (answer.statusCode() == 200 && body.path("current").asBoolean()) {
                return new Verdict.Current();
            }
            if (answer.statusCode() == 410 && code.equals("TOKEN_ENDED")) {
                JsonNode newest = body.path("newestToken");
                return new Verdict.Ended(newest.isNumber() ? OptionalLong.of(newest.asLong()) : OptionalLong.empty());
            }
            if (answer.statusCode() == 404 && code.equals("TOKEN_UNKNOWN")) {
                return new Verdict.NeverGiven();
            }
        }
        return new Verdict.Untold("status " + answer.statusCode() + (code.isEmpty() ? "" : " " + code));
    }
}
