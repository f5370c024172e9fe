package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.client.End.How;
import io.tenure.client.Http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Renews each lease a third of its TTL after the request by which it lives was sent, those that are due at about the same time by one
 * request.
 *
 * <p>Leases that were renewed together are due together, so that with time a process with many leases sends few requests. A server that
 * does not answer soon is left for another, and its answer still counts when it comes. It is tried until the lease is over. Safe for use
 * by many threads.
 */
final class Renewals {
    /** Most leases that a server renews by one request. */
    private static final int MOST = 500;

    /** How long a lease that is due waits for others. */
    private static final Duration GATHER = Duration.ofMillis(20);

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
        later(lease, 0, lease.untilRenewal());
    }

    private void later(Lease lease, int failed, Duration delay) {
        lease.renewAfter(delay, () -> due(new Due(lease, failed)));
    }

    private void due(Due due) {
        if (!due.lease().isLive()) {
            due.lease().watch();
            return;
        }
        boolean first;
        synchronized (this) {
            first = gathering.isEmpty();
            gathering.add(due);
        }
        if (first) {
            time.after(shorter(GATHER, due.lease().ttl().dividedBy(20)), this::renew);
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
        Duration soon = Calls.TIMEOUT;
        for (Due due : some) {
            ids.add(due.lease().id().value());
            soon = shorter(soon, due.lease().ttl().dividedBy(6));
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("leases", ids);
        long sent = time.nanos();
        AtomicBoolean settled = new AtomicBoolean();
        Time.Timer impatience = time.after(soon, () -> {
            if (settled.compareAndSet(false, true)) {
                http.another();
                some.forEach(due -> again(due, null));
            }
        });
        http.send(new Request("POST", "/v1/leases/renew", body, Calls.TIMEOUT)).whenComplete((answer, failure) -> {
            impatience.cancel();
            boolean late = !settled.compareAndSet(false, true);
            JsonNode items = answer != null && answer.ok() ? answer.body().path("items") : MissingNode.getInstance();
            for (int i = 0; i < some.size(); i++) {
                told(some.get(i), sent, answer, items.path(i), late);
            }
        });
    }

    private void told(Due due, long sent, @Nullable Answer answer, JsonNode item, boolean late) {
        Lease lease = due.lease();
        switch (item.path("state").asText()) {
            case "LIVE" -> {
                lease.renewed(sent, Answer.validFor(item));
                lease.found(sent, item.path("holdCount").asInt(Integer.MAX_VALUE));
                if (!late) {
                    keep(lease);
                }
            }
            case "ENDED", "UNKNOWN" -> lease.end(How.lost(new Answer(410, item, null).loss("lease " + lease.id())));
            default -> {
                if (!late) {
                    again(due, answer);
                }
            }
        }
    }

    private void again(Due due, @Nullable Answer answer) {
        due.lease().unanswered();
        Duration pause = calls.pause(due.failed() + 1, answer);
        later(due.lease(), due.failed() + 1, shorter(pause, due.lease().ttl().dividedBy(10)));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
