package io.tenure.coordination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lists of operations of one lane on their way to the store: while two or more are under way, those that arrive wait and then go
 * together, as one transaction ({@code docs/adr/0009}).
 *
 * <p>A transaction costs much the same whatever it carries: a trip through a dozen threads, a place in the log, an answer. So under
 * load the lists share it, and without load none waits; a hand-over need not wait for the next one's place in the queue.
 *
 * <p>Each list keeps its own outcome: the answers are cut into those of the lists. When one list cannot be carried out, the whole
 * transaction is not; then that list goes alone and the others go together again, so what a list meets is what it would have met
 * alone, at some moment between its call and its answer. Answers are told in the order in which the transactions were sent. Safe for
 * use by many threads.
 */
public final class Commits {
    private static final int MOST_LISTS = 64;

    /** While fewer lists are under way, the next goes at once. */
    private static final int ENOUGH_UNDER_WAY = 2;

    private static final int MOST_BYTES = 256 * 1024;

    /** More than paths, names and versions of an operation take. */
    private static final int BYTES_OF_OPERATION = 200;

    private final Function<List<Operation>, CompletionStage<Outcome>> send;

    @GuardedBy("this")
    private final List<Commit> waiting = new ArrayList<>();

    /** What is sent and has not been told of, in the order in which it was sent. */
    @GuardedBy("this")
    private final Deque<Transaction> underWay = new ArrayDeque<>();

    @GuardedBy("this")
    private int listsUnderWay;

    /** Whether a thread is telling of answers. */
    @GuardedBy("this")
    private boolean telling;

    /**
     * Begins with nothing under way.
     *
     * @param send sends one transaction, in the order of its calls, without blocking; it never throws, nor does the stage complete
     *     exceptionally
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
     * @param anyway also while enough is under way
     */
    private void proceed(boolean anyway) {
        for (Transaction sent = send(anyway); sent != null; sent = send(anyway)) {
            follow(sent);
        }
    }

    /** Taking and sending is one step, or a flush could overtake what another thread has taken. */
    private synchronized @Nullable Transaction send(boolean anyway) {
        if (waiting.isEmpty() || (listsUnderWay >= ENOUGH_UNDER_WAY && !anyway)) {
            return null;
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
        return send(next);
    }

    private synchronized Transaction send(List<Commit> together) {
        List<Operation> operations = new ArrayList<>();
        together.forEach(commit -> operations.addAll(commit.operations));
        Transaction transaction = new Transaction(together, send.apply(operations));
        underWay.add(transaction);
        listsUnderWay += together.size();
        return transaction;
    }

    private void follow(Transaction transaction) {
        var unused = transaction.sent.thenAccept(outcome -> answered(transaction, outcome));
    }

    /** One thread at a time tells, so that the answers keep the order also when what is sent meanwhile fails at once. */
    private void answered(Transaction transaction, Outcome outcome) {
        synchronized (this) {
            transaction.outcome = outcome;
            if (telling) {
                return;
            }
            telling = true;
        }
        try {
            for (Transaction first = first(); first != null; first = first()) {
                tell(first, Objects.requireNonNull(first.outcome));
            }
        } catch (RuntimeException | Error fault) {
            // the next answer must be told all the same
            synchronized (this) {
                telling = false;
            }
            throw fault;
        }
    }

    /** Takes the oldest, if its answer is there; else nobody tells any more. */
    private synchronized @Nullable Transaction first() {
        Transaction first = underWay.peek();
        if (first == null || first.outcome == null) {
            telling = false;
            return null;
        }
        underWay.remove();
        listsUnderWay -= first.lists.size();
        return first;
    }

    private void tell(Transaction transaction, Outcome outcome) {
        List<Commit> lists = transaction.lists;
        if (lists.size() > 1 && outcome instanceof Outcome.Conflict conflict) {
            List<Commit> others = new ArrayList<>(lists);
            Commit alone = others.remove(listOf(lists, conflict.index()));
            follow(send(others));
            follow(send(List.of(alone)));
            return;
        }
        // the next ones are on their way before anybody is told of these
        proceed(false);
        int from = 0;
        for (Commit commit : lists) {
            int to = from + commit.operations.size();
            commit.answer.complete(
                    outcome instanceof Outcome.Done done && lists.size() > 1
                            ? new Outcome.Done(List.copyOf(done.results().subList(from, to)))
                            : outcome);
            from = to;
        }
    }

    private static int listOf(List<Commit> together, int operation) {
        int list = 0;
        for (int end = together.get(0).operations.size(); operation >= end; ) {
            list++;
            end += together.get(list).operations.size();
        }
        return list;
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

    /** Lists that go together, and the answer to them once it is there. The outcome is guarded by the outer object. */
    private static final class Transaction {
        private final List<Commit> lists;
        private final CompletionStage<Outcome> sent;
        private @Nullable Outcome outcome;

        Transaction(List<Commit> lists, CompletionStage<Outcome> sent) {
            this.lists = lists;
            this.sent = sent;
        }
    }
}
