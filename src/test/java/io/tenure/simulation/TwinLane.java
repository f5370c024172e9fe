package io.tenure.simulation;

import io.tenure.coordination.Commits;
import io.tenure.coordination.Coordination.Pace;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A server's half of one lane: the requests without an answer, the watches, and the state of the connection as the server knows it.
 *
 * <p>When the connection is lost everything without an answer fails in order. It comes back with the same session, or with a new
 * one when the store has ended the old one, or when the server's own timer says so, which may be too early.
 */
final class TwinLane {
    private final World world;
    private final TwinStore store;
    private final Machine machine;
    private final Commits commits;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final LaneWatches watches = new LaneWatches();
    private TwinSession session;
    /** The connection that the server believes to have, or null. */
    private @Nullable Link link;

    /** The connection that is being made, or null. */
    private @Nullable Link attempt;

    private long seen;
    private long lostAt;
    private boolean barred;
    private boolean closed;

    TwinLane(World world, TwinStore store, Machine machine) {
        this.world = world;
        this.store = store;
        this.machine = machine;
        this.commits = new Commits(this::transact, machine);
        this.session = new TwinSession(world, store);
        this.seen = store.last();
        Link first = new Link(world, this, session, machine);
        session.attach(first, seen);
        this.link = first;
    }

    long session() {
        return session.id();
    }

    boolean connected() {
        return link != null;
    }

    CompletionStage<Outcome> commit(List<Operation> operations, Pace pace) {
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("no operations");
        }
        return commits.commit(operations, pace);
    }

    private CompletionStage<Outcome> transact(List<Operation> operations) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        if (link == null) {
            answer.complete(new Outcome.Unavailable(false));
            return answer;
        }
        send(
                at -> {
                    if (Wire.isTooLong(operations)) {
                        return null;
                    }
                    Outcome outcome = at.commit(operations);
                    return () -> answer.complete(outcome);
                },
                () -> answer.complete(new Outcome.Unavailable(true)));
        return answer;
    }

    CompletionStage<List<Found>> read(List<Query> queries) {
        if (queries.isEmpty()) {
            throw new IllegalArgumentException("no queries");
        }
        commits.flush();
        CompletableFuture<List<Found>> answer = new CompletableFuture<>();
        ask(answer, at -> {
            List<Found> found = at.read(queries);
            return Wire.isTooLongAnswer(found) ? null : () -> answer.complete(found);
        });
        return answer;
    }

    CompletionStage<@Nullable Void> sync() {
        CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
        ask(answer, at -> {
            at.sync();
            return () -> answer.complete(null);
        });
        return answer;
    }

    private void ask(CompletableFuture<?> answer, Link.Request question) {
        send(
                question,
                () -> answer.completeExceptionally(
                        Refusal.of(ErrorCode.STORE_UNAVAILABLE, "the store did not answer")));
    }

    Registration watch(String path, Watcher watcher) {
        LaneWatches.Watch watch = watches.add(path, watcher, this::unwatch);
        stand(watch);
        return watch;
    }

    private void stand(LaneWatches.Watch watch) {
        send(
                at -> {
                    at.watch(watch.path);
                    return watch::stand;
                },
                () -> {});
    }

    private void unwatch(String path) {
        send(
                at -> {
                    at.unwatch(path);
                    return () -> {};
                },
                () -> {});
    }

    /** @param lost is run in place of the answer when the connection is lost before it, or is not there */
    private void send(Link.Request request, Runnable lost) {
        Link to = link;
        if (to == null) {
            lost.run();
            return;
        }
        Pending waits = new Pending(lost);
        pending.addLast(waits);
        to.up(at -> {
            Runnable answer = request.carryOut(at);
            return answer == null ? null : () -> answered(waits, answer);
        });
    }

    private void answered(Pending waits, Runnable answer) {
        if (pending.pollFirst() != waits) {
            throw new IllegalStateException("answers out of order");
        }
        answer.run();
    }

    /** A message from the store has shown that this transaction took place. */
    void sees(long zxid) {
        seen = Math.max(seen, zxid);
    }

    void changed(Link from, List<Touch> news) {
        watches.changed(news, () -> from == link);
    }

    /** Breaks the connection, if there is one; the server notices after a while. */
    void cut(Link.Fate fate) {
        Link broken = link;
        if (broken != null) {
            broken.cut(fate, world.latency() * 3);
        }
    }

    /** The server notices that the connection is away. */
    void interrupted(Link broken) {
        if (broken != link) {
            return;
        }
        link = null;
        broken.close();
        lostAt = machine.nanos();
        List<Pending> lost = List.copyOf(pending);
        pending.clear();
        boolean toldFirst = world.chance(0.5);
        if (toldFirst) {
            watches.interrupted();
        }
        lost.forEach(request -> request.lost.run());
        if (!toldFirst) {
            watches.interrupted();
        }
        reconnectSoon();
    }

    /** Keeps the lane from connecting until {@link #unbar}. */
    void bar() {
        barred = true;
    }

    void unbar() {
        barred = false;
        reconnectSoon();
    }

    private void reconnectSoon() {
        long timeout = world.weather().sessionTimeout().toNanos();
        boolean calm = world.weather().latency().isZero();
        // Mostly at once, sometimes about when the session ends.
        long wait = calm ? 0 : world.chance(0.8) ? 1 + world.bits(timeout / 20) : 1 + world.bits(timeout * 2);
        world.after(wait, () -> machine.run(this::reconnect));
    }

    private void reconnect() {
        if (link != null || attempt != null || barred || closed) {
            return;
        }
        long timeout = world.weather().sessionTimeout().toNanos();
        boolean givenUp = machine.nanos() - lostAt > timeout * (70 + world.below(70)) / 100;
        if (givenUp || session.ended()) {
            session = new TwinSession(world, store);
            machine.note("opens a new session");
        }
        Link next = new Link(world, this, session, machine);
        if (session.attach(next, seen)) {
            attempt = next;
            next.down(() -> connected(next));
        }
    }

    private void connected(Link next) {
        attempt = null;
        if (closed) {
            return;
        }
        link = next;
        watches.all().forEach(this::stand);
    }

    /** Gives the session up at once, though the store may keep it for a while; the next connection has a new one. */
    void abandonSession() {
        lostAt = machine.nanos() - 10 * world.weather().sessionTimeout().toNanos();
    }

    /** The machine is paused or dead: the store hears nothing of it. */
    void silent() {
        session.silent();
    }

    /** The machine goes on. */
    void heard() {
        Link current = link;
        if (current != null && !current.cut()) {
            session.heard();
        }
    }

    /** Ends the session in the store at once. */
    void expire() {
        session.end();
    }

    /** Ends the lane for good. */
    void close() {
        closed = true;
        Link last = link;
        if (last != null) {
            interrupted(last);
        }
        session.end();
    }

    /** A request without an answer. */
    private static final class Pending {
        final Runnable lost;

        Pending(Runnable lost) {
            this.lost = lost;
        }
    }
}
