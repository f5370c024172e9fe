package io.tenure.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.client.Http.Request;
import io.tenure.error.ErrorCode;
import io.tenure.name.Durations;
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
 * it comes to nothing and a server may have granted it nevertheless, or may yet, its undoing is asked for. A grant that was waited for
 * is confirmed by a renewal before it is handed out. One step runs at a time, on any thread.
 *
 * @param <T> what is handed out
 */
final class Acquiring<T> {
    static final Duration WAIT = Duration.ofSeconds(25);

    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(500);

    private final Engine engine;
    private final Ask<T> ask;
    private final @Nullable Lease under;
    private final Duration ttl;
    private final boolean renewed;

    /** On the clock of {@link Time#nanos}: when the wait is over, and until when servers that do not answer are asked again. */
    private final long end;

    private final long lastTry;
    private final CompletableFuture<Optional<T>> result = new CompletableFuture<>();

    private volatile LeaseId id;

    /** Whether this has come to its end by itself, and not by who waits for it. */
    private volatile boolean settled;

    /** How often in a row it has come to nothing. */
    private final AtomicInteger failed = new AtomicInteger();

    /** Whether the lease has a place in the queue, or may have since nobody has answered. */
    private volatile boolean placed;

    private volatile boolean doubtful;

    /** Whether the lease has held it before, so that a PUT would be refused. */
    private volatile boolean again;

    /** What is asked for, in the words of the API. Immutable. */
    interface Ask<T> {
        /** Where it is asked for under this lease, by PUT. */
        String path(LeaseId lease);

        /** Where what was asked for under this lease is ended, by DELETE. */
        default String endPath(LeaseId lease) {
            return path(lease);
        }

        /** Where it is asked for by POST, with the lease in the body, when the lease has had it before; null when it cannot be. */
        default @Nullable String againPath() {
            return null;
        }

        /** The fields but for {@code ttl}, {@code wait}, {@code queue} and {@code lease}; the caller's own copy. */
        ObjectNode body();

        /** Whether it may have to be waited for. */
        default boolean waits() {
            return true;
        }

        /** Whether a place in a queue can outlast a request. */
        boolean queues();

        /** Whether a good answer says that it is granted. */
        boolean granted(Answer answer);

        /** What the lease holds by now. */
        T hold(Lease lease, Answer answer);
    }

    /**
     * Prepares one whose lease is kept alive in the background.
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

    /**
     * Begins.
     *
     * @return empty when the wait is over; fails with a {@link TenureException}; whoever completes it before gives up
     */
    CompletableFuture<Optional<T>> begin() {
        if (under != null) {
            under.wanted();
        }
        var unused = result.whenComplete((granted, failure) -> {
            if (under != null) {
                under.settled();
            }
            if (!settled) {
                undo();
            }
        });
        engine.calls().open(result);
        step(this::ask);
        return result;
    }

    /** A fault of this client must not leave somebody waiting for ever. */
    private void step(Runnable step) {
        if (result.isDone()) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException fault) {
            fail(fault);
        }
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, end - engine.time().nanos()));
    }

    private void ask() {
        if (under != null && !under.isLive()) {
            fail(new TenureException(ErrorCode.LEASE_ENDED, under + ": it ended before it was granted anything", null));
            return;
        }
        Duration left = left();
        Duration longest = engine.calls().longestWait();
        Duration wait = left.compareTo(longest) < 0 ? left : longest;
        ObjectNode body = ask.body();
        if (ask.waits()) {
            body.put("wait", Durations.text(wait));
        }
        if (under == null) {
            body.put("ttl", Durations.text(ttl));
        }
        if (ask.queues()) {
            body.put("queue", left.compareTo(wait) > 0);
        }
        String path = again ? ask.againPath() : null;
        if (path != null) {
            body.put("lease", id.value());
        }
        Request request =
                new Request(path == null ? "PUT" : "POST", path == null ? ask.path(id) : path, body, timeout(wait));
        long sent = engine.time().nanos();
        engine.http()
                .send(request)
                .whenComplete((answer, failure) -> arrived(() -> answered(sent, wait, answer, failure), answer));
    }

    /** A place lives for the TTL after its wait: soon enough to come back when that server does not answer. */
    private Duration timeout(Duration wait) {
        Duration third = ttl.dividedBy(3);
        Duration least = third.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : third;
        return wait.plus(under != null || least.compareTo(Calls.TIMEOUT) > 0 ? Calls.TIMEOUT : least);
    }

    /** An answer: to nobody, when it was given up meanwhile; then what was undone before this request came must be undone again. */
    private void arrived(Runnable step, @Nullable Answer answer) {
        if (!result.isDone()) {
            step(step);
        } else if (under != null && (answer == null || answer.ok() || answer.cannotTell())) {
            undo();
        }
    }

    private void answered(long sent, Duration wait, @Nullable Answer answer, @Nullable Throwable failure) {
        if (answer == null || answer.cannotTell() || answer.busy() || isStrange(answer)) {
            doubtful = doubtful || answer == null || !answer.busy();
            again(answer, failure, this::ask);
        } else if (answer.status() == 202) {
            queued(sent, wait);
        } else if (answer.ok()) {
            granted(sent, answer);
        } else if (isTaken(answer)) {
            anew(answer);
        } else if (answer.status() == 410) {
            ended(answer);
        } else if (isTooLong(answer, wait)) {
            engine.calls().waitAtMost(wait.dividedBy(2));
            ask();
        } else {
            fail(answer.refusal());
        }
    }

    /** Not an answer of our servers, but of something before them. */
    private boolean isStrange(Answer answer) {
        return answer.ok() && answer.status() != 202 && !ask.granted(answer);
    }

    private static boolean isTaken(Answer answer) {
        return answer.code()
                .filter(code -> code == ErrorCode.HELD || code == ErrorCode.CLOSED)
                .isPresent();
    }

    /** The servers are told not to wait for as long as this client does by default. */
    private static boolean isTooLong(Answer answer, Duration wait) {
        return answer.status() == 400 && answer.text("field").equals("wait") && wait.toSeconds() > 1;
    }

    private void queued(long sent, Duration wait) {
        placed = true;
        boolean early = engine.time().nanos() - sent < wait.toNanos() / 2;
        if (early) {
            later(engine.calls().pause(failed.incrementAndGet(), null), this::ask);
        } else {
            failed.set(0);
            ask();
        }
    }

    /** The lease, or its hold, has ended: the place was lost while no server could be reached, or somebody ended it. */
    private void ended(Answer answer) {
        if (under != null && answer.code().filter(ErrorCode.LEASE_ENDED::equals).isPresent()) {
            under.end(End.How.lost(answer.loss(under.toString())));
            fail(answer.refusal());
        } else if (under != null && ask.againPath() != null && !again && (!placed || answer.mayBeginAnew())) {
            again = true;
            ask();
        } else if (answer.mayBeginAnew()) {
            anew(answer);
        } else {
            fail(answer.refusal());
        }
    }

    /** The lease that was asked with is of no use any more. */
    private void anew(@Nullable Answer answer) {
        if (left().isZero()) {
            settle(Optional.empty());
            return;
        }
        if (under == null) {
            undoDoubtful();
            id = newId();
        }
        placed = false;
        later(engine.calls().pause(failed.incrementAndGet(), answer), this::ask);
    }

    private void later(Duration pause, Runnable step) {
        engine.time().after(pause, () -> step(step));
    }

    private void again(@Nullable Answer answer, @Nullable Throwable failure, Runnable step) {
        placed = placed || doubtful;
        Duration pause = engine.calls().pause(failed.incrementAndGet(), answer);
        if (engine.time().nanos() + pause.toNanos() - lastTry < 0) {
            later(pause, step);
        } else {
            fail(answer != null ? answer.refusal() : Calls.unreachable(failure));
        }
    }

    private void granted(long sent, Answer answer) {
        if (under != null) {
            handOut(under, answer);
            return;
        }
        boolean waited = placed || answer.status() == 200 || engine.time().nanos() - sent > ttl.toNanos() / 10;
        placed = true;
        if (waited || answer.validFor().isZero()) {
            confirm(answer);
        } else {
            handOut(kept(sent, answer), answer);
        }
    }

    /** Renews once, so that the whole TTL counts from now on, and it is known to be held now. */
    private void confirm(Answer granted) {
        long sent = engine.time().nanos();
        engine.http()
                .send(new Request("POST", "/v1/leases/" + id + "/renew", null, timeout(Duration.ZERO)))
                .whenComplete((answer, failure) -> arrived(() -> confirmed(granted, sent, answer, failure), answer));
    }

    private void confirmed(Answer granted, long sent, @Nullable Answer answer, @Nullable Throwable failure) {
        if (answer == null
                || answer.cannotTell()
                || answer.busy()
                || (answer.ok() && answer.validFor().isZero())) {
            again(answer, failure, () -> confirm(granted));
        } else if (answer.ok()) {
            handOut(kept(sent, answer), granted);
        } else if (answer.gone() && answer.mayBeginAnew()) {
            anew(null);
        } else {
            fail(answer.refusal());
        }
    }

    private Lease kept(long sent, Answer answer) {
        return new Lease(id, ttl, engine, sent, answer.validFor());
    }

    private void handOut(Lease lease, Answer answer) {
        T hold = ask.hold(lease, answer);
        if (under == null) {
            lease.watch();
            if (renewed) {
                engine.renewals().keep(lease);
            }
        }
        settled = true;
        if (!result.complete(Optional.of(hold))) {
            // given up at this very moment
            if (under == null) {
                lease.end(End.How.givenBack(lease.toString()));
            }
            undo();
        }
    }

    private void settle(Optional<T> granted) {
        settled = true;
        if (result.complete(granted)) {
            undoDoubtful();
        }
    }

    private void fail(RuntimeException failure) {
        settled = true;
        if (result.completeExceptionally(failure) && placed) {
            undo();
        }
    }

    /** A request that nobody has answered may still be on its way to be carried out. */
    private void undoDoubtful() {
        if (doubtful) {
            doubtful = false;
            undo();
        }
    }

    /** Takes back whatever the servers have done or may still do. Nobody waits for it. */
    private void undo() {
        String cancel = under == null ? "?cancel=true" : "";
        var unused = engine.calls().undo(ttl, new Request("DELETE", ask.endPath(id) + cancel, null, Calls.TIMEOUT));
    }
}
