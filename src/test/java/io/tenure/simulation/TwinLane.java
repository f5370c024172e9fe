package io.tenure.simulation;

import io.tenure.coordination.Commits;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server's half of one lane: the requests without an answer, the watches, and the state of the connection as the server knows it.
 *
 * <p>When the connection is lost everything without an answer fails in order. It comes back with the same session, or with a new
 * one when the store has ended the old one, or when the server's own timer says so, which may be too early.
 */
final class TwinLane {
    private static final int MOST_BYTES = 1_000_000;

    private final World world;
    private final TwinStore store;
    private final Machine machine;
    private final Commits commits = new Commits(this::transact);
    private final Deque<Request> pending = new ArrayDeque<>();
    private final List<Watch> watches = new ArrayList<>();
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

    CompletionStage<Outcome> commit(List<Operation> operations) {
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("no operations");
        }
        return commits.commit(operations);
    }

    private CompletionStage<Outcome> transact(List<Operation> operations) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        if (link == null) {
            answer.complete(new Outcome.Unavailable(false));
            return answer;
        }
        if (size(operations) > MOST_BYTES) {
            // The store closes the connection on a request over its limit, each time anew.
            cut(Link.Fate.LOST);
        }
        send(
                at -> {
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
        return ask(at -> at.read(queries));
    }

    CompletionStage<@Nullable Void> sync() {
        return ask(at -> {
            at.sync();
            return null;
        });
    }

    private <T extends @Nullable Object> CompletionStage<T> ask(Function<TwinSession, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (link == null) {
            answer.completeExceptionally(unavailable());
            return answer;
        }
        send(
                at -> {
                    T found = question.apply(at);
                    return () -> answer.complete(found);
                },
                () -> answer.completeExceptionally(unavailable()));
        return answer;
    }

    Registration watch(String path, Watcher watcher) {
        Watch watch = new Watch(path, watcher);
        watches.add(watch);
        if (link != null) {
            stand(watch);
        }
        return watch;
    }

    private void stand(Watch watch) {
        send(
                at -> {
                    at.watch(watch.path);
                    return watch::stand;
                },
                () -> {});
    }

    private void send(Function<TwinSession, Runnable> work, Runnable lost) {
        Link to = link;
        if (to == null) {
            lost.run();
            return;
        }
        Request request = new Request(lost);
        pending.addLast(request);
        to.up(at -> {
            Runnable answer = work.apply(at);
            return () -> {
                if (pending.pollFirst() != request) {
                    throw new IllegalStateException("answers out of order");
                }
                answer.run();
            };
        });
    }

    /** A message from the store has shown that this transaction took place. */
    void sees(long zxid) {
        seen = Math.max(seen, zxid);
    }

    void changed(Link from, List<Touch> news) {
        for (Touch touch : news) {
            Watcher.Change change = touch.change();
            for (Watch watch : List.copyOf(watches)) {
                if (from == link && change != null && watch.covers(touch.path())) {
                    watch.watcher.changed(change, touch.path());
                }
            }
        }
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
        List<Request> lost = List.copyOf(pending);
        pending.clear();
        boolean toldFirst = world.chance(0.5);
        if (toldFirst) {
            tellInterrupted();
        }
        lost.forEach(request -> request.lost.run());
        if (!toldFirst) {
            tellInterrupted();
        }
        reconnectSoon();
    }

    private void tellInterrupted() {
        List.copyOf(watches).forEach(Watch::interrupt);
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
        List.copyOf(watches).forEach(this::stand);
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

    private static long size(List<Operation> operations) {
        long bytes = 0;
        for (Operation operation : operations) {
            bytes += 40 + operation.path().length();
            if (operation instanceof Operation.Create create) {
                bytes += create.data().length;
            } else if (operation instanceof Operation.SetData set) {
                bytes += set.data().length;
            }
        }
        return bytes;
    }

    private static Refusal unavailable() {
        return Refusal.of(ErrorCode.STORE_UNAVAILABLE, "the store did not answer");
    }

    private static final class Request {
        final Runnable lost;

        Request(Runnable lost) {
            this.lost = lost;
        }
    }

    private final class Watch implements Registration {
        final String path;
        final Watcher watcher;

        Watch(String path, Watcher watcher) {
            this.path = path;
            this.watcher = watcher;
        }

        boolean covers(String changed) {
            return watches.contains(this) && TwinTree.covers(path, changed);
        }

        void stand() {
            if (watches.contains(this)) {
                watcher.standing();
            }
        }

        void interrupt() {
            if (watches.contains(this)) {
                watcher.interrupted();
            }
        }

        @Override
        public void close() {
            if (watches.remove(this) && link != null && watches.stream().noneMatch(w -> w.path.equals(path))) {
                send(
                        at -> {
                            at.unwatch(path);
                            return () -> {};
                        },
                        () -> {});
            }
        }
    }
}
