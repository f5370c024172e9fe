package io.tenure.coordination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The lists of operations of one lane on their way to the store: while one transaction is under way, the lists that arrive wait and
 * then go together, as one transaction ({@code docs/adr/0009}).
 *
 * <p>A transaction costs much the same whatever it carries: a trip through a dozen threads, a place in the log, an answer. So under
 * load the lists share it, and without load none waits. Each list keeps its own outcome: the answers are cut into those of the lists.
 * When one list cannot be carried out, the whole transaction is not; then that list goes alone and the others go together again, so
 * what a list meets is what it would have met alone, at some moment between its call and its answer. Safe for use by many threads.
 */
public final class Commits {
    private static final int MOST_LISTS = 64;
    private static final int MOST_BYTES = 256 * 1024;

    /** More than paths, names and versions of an operation take. */
    private static final int BYTES_OF_OPERATION = 200;

    private final Function<List<Operation>, CompletionStage<Outcome>> send;

    @GuardedBy("this")
    private final List<Commit> waiting = new ArrayList<>();

    /** Transactions that are not answered. */
    @GuardedBy("this")
    private int underWay;

    /**
     * Begins with nothing under way.
     *
     * @param send sends one transaction, in the order of its calls, without blocking; the stage never completes exceptionally
     */
    public Commits(Function<List<Operation>, CompletionStage<Outcome>> send) {
        this.send = send;
    }

    /** Sends the list, now or with the next transaction. The stage never completes exceptionally. */
    public CompletionStage<Outcome> commit(List<Operation> operations) {
        Commit commit = new Commit(operations);
        synchronized (this) {
            waiting.add(commit);
        }
        proceed(false);
        return commit.answer;
    }

    /** Sends what waits, so that a request that is sent next comes behind it. */
    public void flush() {
        proceed(true);
    }

    /**
     * Sends what waits.
     *
     * @param anyway also while a transaction is under way
     */
    private void proceed(boolean anyway) {
        List<Commit> next;
        do {
            CompletionStage<Outcome> sent;
            // taking and sending is one step, or a flush could overtake what another thread has taken
            synchronized (this) {
                next = next(anyway);
                sent = send(next);
            }
            follow(next, sent);
        } while (!next.isEmpty());
    }

    /** The lists that go next. */
    @GuardedBy("this")
    private List<Commit> next(boolean anyway) {
        if (waiting.isEmpty() || (underWay > 0 && !anyway)) {
            return List.of();
        }
        int lists = 1;
        for (int bytes = waiting.get(0).bytes; lists < Math.min(MOST_LISTS, waiting.size()); lists++) {
            bytes += waiting.get(lists).bytes;
            if (bytes > MOST_BYTES) {
                break;
            }
        }
        List<Commit> next = List.copyOf(waiting.subList(0, lists));
        waiting.subList(0, lists).clear();
        return next;
    }

    @GuardedBy("this")
    private CompletionStage<Outcome> send(List<Commit> together) {
        if (together.isEmpty()) {
            return CompletableFuture.completedFuture(new Outcome.Done(List.of()));
        }
        underWay++;
        if (together.size() == 1) {
            return send.apply(together.get(0).operations);
        }
        List<Operation> all = new ArrayList<>();
        together.forEach(commit -> all.addAll(commit.operations));
        return send.apply(all);
    }

    private void follow(List<Commit> together, CompletionStage<Outcome> sent) {
        if (!together.isEmpty()) {
            sent.thenAccept(outcome -> answered(together, outcome));
        }
    }

    private void answered(List<Commit> together, Outcome outcome) {
        synchronized (this) {
            underWay--;
        }
        if (together.size() > 1 && outcome instanceof Outcome.Conflict conflict) {
            List<Commit> others = new ArrayList<>(together);
            Commit alone = others.remove(listOf(together, conflict.index()));
            again(others);
            again(List.of(alone));
            return;
        }
        // the next ones are on their way before anybody is told of these, and are not told of before these
        List<Commit> next;
        CompletionStage<Outcome> sent;
        synchronized (this) {
            next = next(false);
            sent = send(next);
        }
        int from = 0;
        for (Commit commit : together) {
            int to = from + commit.operations.size();
            commit.answer.complete(
                    outcome instanceof Outcome.Done done && together.size() > 1
                            ? new Outcome.Done(List.copyOf(done.results().subList(from, to)))
                            : outcome);
            from = to;
        }
        follow(next, sent);
    }

    private static int listOf(List<Commit> together, int operation) {
        int list = 0;
        for (int end = together.get(0).operations.size(); operation >= end; ) {
            list++;
            end += together.get(list).operations.size();
        }
        return list;
    }

    private void again(List<Commit> together) {
        CompletionStage<Outcome> sent;
        synchronized (this) {
            sent = send(together);
        }
        follow(together, sent);
    }

    /** One list and who waits for what becomes of it. */
    private static final class Commit {
        private final List<Operation> operations;
        private final int bytes;
        private final CompletableFuture<Outcome> answer = new CompletableFuture<>();

        Commit(List<Operation> operations) {
            this.operations = List.copyOf(operations);
            int sum = 0;
            for (Operation operation : operations) {
                sum += BYTES_OF_OPERATION + operation.bytes();
            }
            bytes = sum;
        }
    }
}
