package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.client.End.How;
import io.tenure.client.Http.Request;
import io.tenure.name.Durations;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A right that ends unless it is renewed, which the client does in the background until it is released or lost.
 *
 * <p>It counts its time on this machine's monotonic clock from before each request was sent, less a thousandth for clocks that run
 * differently. So it ends here before it ends at the server, and {@link #isLive} is false by then even if nothing else of this process
 * has run since. Safe for use by many threads.
 */
public final class Lease implements AutoCloseable {
    private final LeaseId id;
    private final Engine engine;
    private final End end;

    /** What is held by it, as far as this client has acquired it. */
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();

    /** How many acquisitions by it are under way. */
    private final AtomicInteger wanted = new AtomicInteger();

    /** On the clock of {@link Time#nanos}. */
    private volatile long deadline;

    /** The shortest that may be in force at the servers. */
    private volatile Duration ttl;

    /** How many renewals have asked for another TTL: the answer to the last of them says which is in force. */
    @GuardedBy("this")
    private int asked;

    /** When the request was sent whose answer counts; an answer to an earlier one does not. */
    @GuardedBy("this")
    private long counted;

    @GuardedBy("this")
    private boolean unanswered;

    @GuardedBy("this")
    private Time.Timer watching = () -> {};

    @GuardedBy("this")
    private Time.Timer renewing = () -> {};

    /** A lease that was granted or renewed by a request that was sent then. */
    Lease(LeaseId id, Duration ttl, Engine engine, long sent, Duration valid) {
        this.id = id;
        this.ttl = ttl;
        this.engine = engine;
        this.end = new End(engine.time());
        this.counted = sent;
        this.deadline = deadline(sent, valid);
    }

    private static long deadline(long sent, Duration valid) {
        return sent + valid.toNanos() - valid.toNanos() / 1000;
    }

    /** The id, by which every server knows it. */
    public LeaseId id() {
        return id;
    }

    /** How long it lives without a renewal; while it is being changed, the shorter of both. */
    public Duration ttl() {
        return ttl;
    }

    /** Whether it is certain that it lives. */
    public boolean isLive() {
        return !end.hasCome() && engine.time().nanos() - deadline < 0;
    }

    /** How long it is certain to live from now on, if no renewal is answered any more; zero when it does not live. */
    public Duration remaining() {
        return end.hasCome()
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, deadline - engine.time().nanos()));
    }

    /** Completes when it is lost, or given back, and then says how; never fails. Dependent actions run on a thread of their own. */
    public CompletionStage<Loss> lost() {
        return end.stage();
    }

    /** Has a listener told when it is lost, once, on a thread of its own; not when this client gives it back. */
    public void onLost(Consumer<Loss> listener) {
        end.onLost(listener);
    }

    /**
     * Has it live for this long from now on, and again after each later renewal. For one that is not renewed in the background; another
     * needs it only to change its TTL. Blocks until a server has answered, for as long as the lease is certain to live.
     *
     * @return whether it lives: false when it was over already, or is found to be
     * @throws TenureException refused, such as for a TTL that the servers do not allow; or none has answered
     */
    public boolean renew(Duration ttl) {
        return Waiting.on(renewAsync(ttl));
    }

    /** As {@link #renew}, without blocking. */
    public CompletionStage<Boolean> renewAsync(Duration ttl) {
        Duration left = remaining();
        if (left.isZero()) {
            return CompletableFuture.completedFuture(false);
        }
        int number = asking(ttl);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("ttl", Durations.text(ttl));
        Request request = new Request("POST", "/v1/leases/" + id + "/renew", body, Calls.TIMEOUT);
        AtomicLong sent = new AtomicLong();
        return engine.calls().repeat(left, request, sent::set).thenApply(answer -> {
            if (answer.ok()) {
                answered(number, ttl);
                renewed(sent.get(), answer.validFor());
            } else if (answer.gone()) {
                end(How.lost(answer.loss("lease " + id)));
            } else {
                throw answer.refusal();
            }
            return isLive();
        });
    }

    /** A renewal with this TTL is about to be sent: when it is shorter, the servers may count by it from now on. */
    private int asking(Duration wanted) {
        int number;
        synchronized (this) {
            number = ++asked;
            if (wanted.compareTo(ttl) < 0) {
                ttl = wanted;
                long most = deadline(engine.time().nanos(), wanted);
                deadline = most - deadline < 0 ? most : deadline;
            }
        }
        watch();
        return number;
    }

    private synchronized void answered(int number, Duration wanted) {
        if (number == asked) {
            ttl = wanted;
        }
    }

    /**
     * Ends it and all that it holds, and waits for the answer; when no server answers, it ends by itself when its time is over.
     *
     * @throws TenureException no server has answered
     */
    public void release() {
        Waiting.on(releaseAsync());
    }

    /** As {@link #release}, without waiting. The stage fails with a {@link TenureException} when no server has answered. */
    public CompletionStage<Void> releaseAsync() {
        return releaseBy("/v1/leases/" + id);
    }

    /** Releases it, and leaves it to end by itself when no server answers. */
    @Override
    public void close() {
        Waiting.quietlyOn(releaseAsync());
    }

    /**
     * Ends it by a request that ends the lease, or the only hold that it was made for. What is lost by its own clock may still live at
     * the servers, which are told too; nobody waits for that.
     */
    CompletionStage<Void> releaseBy(String path) {
        Duration left = remaining();
        boolean live = end(How.givenBack(toString()));
        Request request = new Request("DELETE", path, null, Calls.TIMEOUT);
        if (live) {
            return engine.calls().within(Calls.REACH, engine.calls().undo(left, request));
        }
        var unused = engine.calls().undo(ttl, request);
        return CompletableFuture.completedFuture(null);
    }

    /**
     * A renewal that was sent then was answered: it is certain to live for this long from then on. What comes too late changes nothing,
     * so that nobody sees it live again who has seen it over; nor does the answer to a request that another, sent later, has overtaken.
     */
    void renewed(long sent, Duration valid) {
        boolean earlier;
        synchronized (this) {
            unanswered = false;
            if (!isLive() || sent - counted < 0) {
                return;
            }
            counted = sent;
            long before = deadline;
            deadline = deadline(sent, valid.compareTo(ttl) < 0 ? valid : ttl);
            earlier = deadline - before < 0;
        }
        if (earlier) {
            watch();
        }
    }

    /** A renewal has not been answered, or only that it cannot be told. */
    synchronized void unanswered() {
        unanswered = true;
    }

    /** It is over, unless it was so before; returns whether that is news. Whatever it holds is over with it. */
    boolean end(How how) {
        if (!end.come(how)) {
            return false;
        }
        synchronized (this) {
            watching.cancel();
            renewing.cancel();
        }
        holds.forEach(hold -> hold.end(how));
        return true;
    }

    /** Looks whether its time is over, and comes back when it may be. */
    void watch() {
        Loss loss;
        synchronized (this) {
            watching.cancel();
            if (end.hasCome()) {
                return;
            }
            Duration left = remaining();
            if (!left.isZero()) {
                watching = engine.time().after(left, this::watch);
                return;
            }
            loss = expired();
        }
        end(How.lost(loss));
    }

    @GuardedBy("this")
    private Loss expired() {
        return unanswered
                ? new Loss(
                        Loss.Cause.UNREACHABLE,
                        null,
                        null,
                        "no server has answered a renewal of lease " + id + " in time")
                : new Loss(Loss.Cause.EXPIRED, null, null, "the time of lease " + id + " has passed without a renewal");
    }

    /** How long until it is to be renewed: a third of the TTL after the request was sent by which it lives. */
    synchronized Duration untilRenewal() {
        Duration since = Duration.ofNanos(engine.time().nanos() - counted);
        Duration left = ttl.dividedBy(3).minus(since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Has it renewed after so much time, unless it is over by then. */
    synchronized void renewAfter(Duration delay, Runnable renewal) {
        if (!end.hasCome()) {
            renewing = engine.time().after(delay, renewal);
        }
    }

    /** Something is being acquired by it, which may count among its holds before this client knows. */
    void wanted() {
        wanted.incrementAndGet();
    }

    /** That has come to its end, one way or the other. */
    void settled() {
        wanted.decrementAndGet();
    }

    /** It keeps this too, from now on. */
    void add(Hold hold) {
        holds.add(hold);
        How how = end.how();
        if (how != null) {
            hold.end(how);
        }
    }

    /** It keeps this no more. */
    void remove(Hold hold) {
        holds.remove(hold);
    }

    /** A renewal that was sent then found so many holds: when one is missing, each that should be among them is looked at. */
    void found(long sent, int count) {
        List<Hold> known = holds.stream().filter(hold -> hold.stoodAt(sent)).toList();
        if (count < known.size() + wanted.get()) {
            known.forEach(Hold::look);
        }
    }

    @Override
    public String toString() {
        return "lease " + id + (isLive() ? ", live" : ", over");
    }
}
