package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.client.Http.Request;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private final Duration ttl;
    private final Engine engine;
    private final CompletableFuture<Loss> lost = new CompletableFuture<>();

    /** On the clock of {@link Time#nanos}. */
    private volatile long deadline;

    private volatile boolean over;

    @GuardedBy("this")
    private boolean unanswered;

    /** A lease that was granted or renewed by a request that was sent then. */
    Lease(LeaseId id, Duration ttl, Engine engine, long sent, Duration valid) {
        this.id = id;
        this.ttl = ttl;
        this.engine = engine;
        this.deadline = deadline(sent, valid);
    }

    private static long deadline(long sent, Duration valid) {
        return sent + valid.toNanos() - valid.toNanos() / 1000;
    }

    /** The id, by which every server knows it. */
    public LeaseId id() {
        return id;
    }

    /** How long it lives without a renewal. */
    public Duration ttl() {
        return ttl;
    }

    /** Whether it is certain that it lives. */
    public boolean isLive() {
        return !over && engine.time().nanos() - deadline < 0;
    }

    /** How long it is certain to live from now on, if no renewal is answered any more; zero when it does not live. */
    public Duration remaining() {
        return over
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, deadline - engine.time().nanos()));
    }

    /** Completes when it is lost, or released, and then says how; never fails. Dependent actions must not block. */
    public CompletionStage<Loss> lost() {
        return lost.minimalCompletionStage();
    }

    /** Has a listener told when it is lost, once, on a thread of its own; not when it is released by this client. */
    public void onLost(Consumer<Loss> listener) {
        var unused = lost.thenAccept(loss -> {
            if (loss.cause() != Loss.Cause.RELEASED) {
                engine.time().execute(() -> listener.accept(loss));
            }
        });
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

    /** Ends it by a request that ends the lease, or the only hold that it was made for. */
    CompletionStage<Void> releaseBy(String path) {
        Duration left = remaining();
        lose(new Loss(Loss.Cause.RELEASED, null, null, "lease " + id + " was released"));
        return engine.calls()
                .undo(
                        left.compareTo(Calls.REACH) < 0 ? left : Calls.REACH,
                        new Request("DELETE", path, null, Calls.TIMEOUT));
    }

    /**
     * A renewal that was sent then was answered: it is certain to live for this long from then on. What comes too late changes nothing,
     * so that nobody sees it live again who has seen it over.
     */
    synchronized void renewed(long sent, Duration valid) {
        unanswered = false;
        if (isLive()) {
            deadline = deadline(sent, valid);
        }
    }

    /** A renewal has not been answered, or only that it cannot be told. */
    synchronized void unanswered() {
        unanswered = true;
    }

    /** It is lost, or released, unless it was so before. */
    void lose(Loss loss) {
        over = true;
        lost.complete(loss);
    }

    /** Looks whether its time is over, and comes back when it may be. */
    void watch() {
        if (over) {
            return;
        }
        Duration left = remaining();
        if (!left.isZero()) {
            engine.time().after(left, this::watch);
            return;
        }
        lose(expired());
    }

    private synchronized Loss expired() {
        return unanswered
                ? new Loss(
                        Loss.Cause.UNREACHABLE,
                        null,
                        null,
                        "no server has answered a renewal of lease " + id + " in time")
                : new Loss(Loss.Cause.EXPIRED, null, null, "the time of lease " + id + " has passed without a renewal");
    }

    /** Whether it is to be renewed any more. */
    boolean isKept() {
        return !over;
    }

    @Override
    public String toString() {
        return "lease " + id + (isLive() ? ", live" : ", over");
    }
}
