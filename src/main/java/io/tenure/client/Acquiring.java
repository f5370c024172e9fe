package io.tenure.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.client.Http.Request;
import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition: the same PUT with the same lease id, to any server, until it is granted, refused or the wait is over.
 *
 * <p>Each request waits for at most {@link #WAIT}, below the limits of common proxies; the place in the queue stays between two. When
 * nothing is answered, what may have been done is asked to be undone. A grant that was waited for is renewed once before it is handed
 * out. One step runs at a time, on any thread.
 *
 * @param <T> what is handed out
 */
final class Acquiring<T> {
    static final Duration WAIT = Duration.ofSeconds(25);

    private final Engine engine;
    private final Ask<T> ask;
    private final @Nullable Lease under;
    private final Duration ttl;
    private final boolean renewed;

    /** On the clock of {@link Time#nanos}: when the wait is over, and until when servers that do not answer are asked again. */
    private final long end;

    private final long lastTry;
    private final CompletableFuture<Optional<T>> result = new CompletableFuture<>();

    private final AtomicInteger failed = new AtomicInteger();
    private volatile LeaseId id;

    /** What is asked for. */
    interface Ask<T> {
        /** Where, under this lease. */
        String path(LeaseId lease);

        /** The fields but for {@code ttl}, {@code wait} and {@code queue}; the caller's own copy. */
        ObjectNode body();

        /** Whether a place in a queue can outlast a request. */
        boolean queues();

        /** Whether a good answer says that it is granted. */
        boolean granted(Answer answer);

        /** What the lease holds by now. */
        T hold(Lease lease, Answer answer);
    }

    /**
     * Prepares one.
     *
     * @param under the lease to hold it by; null to make one
     * @param ttl of the lease to make
     */
    Acquiring(Engine engine, Ask<T> ask, @Nullable Lease under, Duration ttl, Duration wait) {
        this(engine, ask, under, ttl, true, wait);
    }

    /** @param renewed whether the lease that is made is kept alive in the background */
    Acquiring(Engine engine, Ask<T> ask, @Nullable Lease under, Duration ttl, boolean renewed, Duration wait) {
        this.engine = engine;
        this.ask = ask;
        this.under = under;
        this.ttl = ttl;
        this.renewed = renewed;
        long now = engine.time().nanos();
        this.end = now + wait.toNanos();
        this.lastTry = now + Math.max(wait.toNanos(), Calls.REACH.toNanos());
        this.id = under == null ? newId() : under.id();
    }

    private LeaseId newId() {
        return LeaseId.make(engine.time().wallMillis());
    }

    /** Begins. Empty when the wait is over; fails with a {@link TenureException}; cancelling it gives up. */
    CompletableFuture<Optional<T>> begin() {
        var unused = result.whenComplete((granted, failure) -> {
            if (result.isCancelled()) {
                undo();
            }
        });
        ask();
        return result;
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, end - engine.time().nanos()));
    }

    private void ask() {
        if (result.isDone()) {
            return;
        }
        Duration left = left();
        Duration wait = left.compareTo(WAIT) < 0 ? left : WAIT;
        ObjectNode body = ask.body().put("wait", Claim.text(wait));
        if (under == null) {
            body.put("ttl", Claim.text(ttl));
        }
        if (ask.queues()) {
            body.put("queue", left.compareTo(wait) > 0);
        }
        long sent = engine.time().nanos();
        engine.http()
                .send(new Request("PUT", ask.path(id), body, wait.plus(Calls.TIMEOUT)))
                .whenComplete((answer, failure) -> answered(sent, answer, failure));
    }

    private void answered(long sent, @Nullable Answer answer, @Nullable Throwable failure) {
        if (answer == null || answer.cannotTell() || answer.busy()) {
            again(answer, failure, this::ask);
        } else if (answer.ok() && ask.granted(answer)) {
            granted(sent, answer);
        } else if (answer.ok()) {
            failed.set(0);
            ask();
        } else if (isTaken(answer) || (answer.status() == 410 && under == null)) {
            // somebody else has it; or the place was lost while no server could be reached
            anew(answer);
        } else {
            result.completeExceptionally(answer.refusal());
        }
    }

    private static boolean isTaken(Answer answer) {
        return answer.code()
                .filter(code -> code == ErrorCode.HELD || code == ErrorCode.CLOSED)
                .isPresent();
    }

    /** The lease that was asked with is of no use any more. */
    private void anew(@Nullable Answer answer) {
        if (left().isZero()) {
            result.complete(Optional.empty());
            return;
        }
        if (under == null) {
            id = newId();
        }
        engine.time().after(engine.calls().pause(1, answer), this::ask);
    }

    private void again(@Nullable Answer answer, @Nullable Throwable failure, Runnable step) {
        Duration pause = engine.calls().pause(failed.incrementAndGet(), answer);
        if (engine.time().nanos() + pause.toNanos() - lastTry < 0) {
            engine.time().after(pause, step);
        } else if (result.completeExceptionally(answer != null ? answer.refusal() : Calls.unreachable(failure))) {
            undo();
        }
    }

    private void granted(long sent, Answer answer) {
        if (under != null) {
            handOut(under, answer);
            return;
        }
        boolean waited = engine.time().nanos() - sent > ttl.toNanos() / 10;
        Duration valid = answer.validFor();
        if (waited || valid.isZero()) {
            confirm(answer);
        } else {
            handOut(kept(sent, valid), answer);
        }
    }

    /** Renews once, so that the whole TTL counts from now on, and it is known to be held now. */
    private void confirm(Answer granted) {
        if (result.isDone()) {
            return;
        }
        long sent = engine.time().nanos();
        engine.http()
                .send(new Request("POST", "/v1/leases/" + id + "/renew", null, Calls.TIMEOUT))
                .whenComplete((answer, failure) -> {
                    if (answer == null || answer.cannotTell() || answer.busy()) {
                        again(answer, failure, () -> confirm(granted));
                    } else if (answer.ok()) {
                        handOut(kept(sent, answer.validFor()), granted);
                    } else if (answer.gone()) {
                        anew(null);
                    } else {
                        result.completeExceptionally(answer.refusal());
                    }
                });
    }

    private Lease kept(long sent, Duration valid) {
        return new Lease(id, ttl, engine, sent, valid);
    }

    private void handOut(Lease lease, Answer answer) {
        if (under == null) {
            lease.watch();
            if (renewed) {
                engine.renewals().keep(lease);
            }
        }
        T hold = ask.hold(lease, answer);
        if (!result.complete(Optional.of(hold)) && under == null) {
            // cancelled meanwhile, and undone by that
            lease.giveBack("nobody wanted lease " + id + " any more");
        }
    }

    /** Takes back whatever the servers have done or may still do. Nobody waits for it. */
    private void undo() {
        String cancel = under == null ? "?cancel=true" : "";
        var unused = engine.calls().undo(ttl, new Request("DELETE", ask.path(id) + cancel, null, Calls.TIMEOUT));
    }
}
