package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.client.Http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Renews each lease after a third of its TTL, those that are due at about the same time by one request.
 *
 * <p>Leases that were renewed together are due together, so that with time a process with many leases sends few requests. Safe for use
 * by many threads.
 */
final class Renewals {
    /** Most leases that a server renews by one request. */
    private static final int MOST = 500;

    /** How long a lease that is due waits for others. */
    private static final Duration GATHER = Duration.ofMillis(20);

    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(500);

    private final Time time;
    private final Http http;
    private final Calls calls;

    @GuardedBy("this")
    private List<Due> gathering = new ArrayList<>();

    Renewals(Time time, Http http, Calls calls) {
        this.time = time;
        this.http = http;
        this.calls = calls;
    }

    /** A lease to renew, and how often that has come to nothing since it was renewed last. */
    private record Due(Lease lease, int failed) {}

    /** Renews it from now on, until it is over. */
    void keep(Lease lease) {
        later(lease, 0, lease.ttl().dividedBy(3));
    }

    private void later(Lease lease, int failed, Duration delay) {
        lease.renewAfter(delay, () -> due(new Due(lease, failed)));
    }

    private void due(Due due) {
        if (!due.lease().isKept()) {
            return;
        }
        boolean first;
        synchronized (this) {
            first = gathering.isEmpty();
            gathering.add(due);
        }
        if (first) {
            Duration most = due.lease().ttl().dividedBy(20);
            time.after(most.compareTo(GATHER) < 0 ? most : GATHER, this::renew);
        }
    }

    private void renew() {
        List<Due> all;
        synchronized (this) {
            all = gathering;
            gathering = new ArrayList<>();
        }
        for (int from = 0; from < all.size(); from += MOST) {
            renew(all.subList(from, Math.min(all.size(), from + MOST)));
        }
    }

    private void renew(List<Due> some) {
        ArrayNode ids = JsonNodeFactory.instance.arrayNode();
        Duration timeout = Calls.TIMEOUT;
        for (Due due : some) {
            ids.add(due.lease().id().value());
            Duration quarter = due.lease().ttl().dividedBy(4);
            timeout = quarter.compareTo(timeout) < 0 ? quarter : timeout;
        }
        timeout = timeout.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : timeout;
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("leases", ids);
        long sent = time.nanos();
        http.send(new Request("POST", "/v1/leases/renew", body, timeout)).whenComplete((answer, failure) -> {
            JsonNode items = answer != null && answer.ok() ? answer.body().path("items") : MissingNode.getInstance();
            for (int i = 0; i < some.size(); i++) {
                told(some.get(i), sent, answer, items.path(i));
            }
        });
    }

    private void told(Due due, long sent, @Nullable Answer answer, JsonNode item) {
        Lease lease = due.lease();
        switch (item.path("state").asText()) {
            case "LIVE" -> {
                lease.renewed(sent, Answer.validFor(item));
                Duration since = Duration.ofNanos(time.nanos() - sent);
                later(lease, 0, positive(lease.ttl().dividedBy(3).minus(since)));
            }
            case "ENDED", "UNKNOWN" -> lease.lose(new Answer(410, item, null).loss("lease " + lease.id()));
            default -> {
                lease.unanswered();
                Duration pause = calls.pause(due.failed() + 1, answer);
                Duration most = lease.ttl().dividedBy(10);
                later(lease, due.failed() + 1, pause.compareTo(most) < 0 ? pause : most);
            }
        }
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
