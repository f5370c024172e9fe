package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.client.Http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A server in memory that keeps one office: who asks first leads, who comes then waits. It renews, and is asked to end terms; it ends
 * none by itself. Safe for use by many threads.
 */
final class Office implements Http {
    private final Duration ttl;

    @GuardedBy("this")
    private final List<Request> asked = new ArrayList<>();

    @GuardedBy("this")
    private final Map<String, CompletableFuture<Answer>> waiting = new LinkedHashMap<>();

    /** What those are told whose term was ended. */
    @GuardedBy("this")
    private final Map<String, ObjectNode> ended = new HashMap<>();

    @GuardedBy("this")
    private @Nullable String leader;

    @GuardedBy("this")
    private long term;

    @GuardedBy("this")
    private boolean silent;

    @GuardedBy("this")
    private @Nullable Answer refusal;

    Office(Duration ttl) {
        this.ttl = ttl;
    }

    /** From now on nobody is answered, or everybody again. */
    synchronized void silent(boolean value) {
        silent = value;
    }

    /** From now on every candidate is refused so. */
    synchronized void refuse(int status, String code) {
        refusal = new Answer(
                status, body().put("code", code).put("detail", "refused").put("endedBy", "REVOKED"), null);
    }

    /** From now on none is. */
    synchronized void accept() {
        refusal = null;
    }

    /** All requests so far but renewals, as a method and a path, leases left out. */
    synchronized List<String> asked() {
        return asked.stream()
                .filter(request -> !request.path().endsWith("/renew"))
                .map(request -> request.method() + " " + request.path().replaceAll("[0-9a-f-]{36}", "*"))
                .toList();
    }

    synchronized long term() {
        return term;
    }

    /** Ends the term that there is, if there is one, as an operator does: the leader learns it when it renews. */
    void revoke() {
        CompletableFuture<Answer> next;
        synchronized (this) {
            if (leader == null) {
                return;
            }
            ended.put(
                    leader,
                    body().put("state", "ENDED")
                            .put("endedBy", "REVOKED")
                            .put("by", "anna")
                            .put("reason", "drill"));
            next = next();
        }
        lead(next);
    }

    @Override
    public CompletionStage<Answer> send(Request request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletableFuture<Answer> next = null;
        Answer now;
        synchronized (this) {
            asked.add(request);
            String id = request.path().replaceAll("^.*/([0-9a-f-]{36}).*$", "$1");
            if (silent) {
                return CompletableFuture.failedFuture(new NoAnswer("silence", null));
            }
            if (request.path().endsWith("/renew")) {
                now = renewed(request);
            } else if (request.method().equals("DELETE")) {
                waiting.remove(id);
                if (id.equals(leader)) {
                    next = next();
                }
                now = ok(body());
            } else if (refusal != null) {
                now = refusal;
            } else if (leader == null) {
                leader = id;
                now = leading();
            } else {
                waiting.put(id, answer);
                return answer;
            }
        }
        lead(next);
        answer.complete(now);
        return answer;
    }

    private void lead(@Nullable CompletableFuture<Answer> next) {
        if (next != null) {
            Answer answer;
            synchronized (this) {
                answer = leading();
            }
            next.complete(answer);
        }
    }

    @GuardedBy("this")
    private @Nullable CompletableFuture<Answer> next() {
        leader = waiting.isEmpty() ? null : waiting.keySet().iterator().next();
        return leader == null ? null : waiting.remove(leader);
    }

    @GuardedBy("this")
    private Answer leading() {
        return ok(body().put("state", "LEADING").put("term", ++term).put("validForMillis", ttl.toMillis()));
    }

    @GuardedBy("this")
    private Answer renewed(Request request) {
        ObjectNode body = body().put("validForMillis", ttl.toMillis());
        JsonNode ids = request.body() == null
                ? MissingNode.getInstance()
                : request.body().path("leases");
        for (JsonNode id : ids) {
            ObjectNode item = ended.get(id.asText());
            body.withArray("items")
                    .add(item != null ? item : body().put("state", "LIVE").put("validForMillis", ttl.toMillis()));
        }
        return ok(body);
    }

    private static Answer ok(ObjectNode body) {
        return new Answer(200, body, null);
    }

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }
}
