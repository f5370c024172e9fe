package io.tenure.coordination;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination.Pace;
import java.time.Duration;
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
 * <p>A list that is in no hurry goes with the next one that is, or by itself a moment later. One that is in a hurry is told of first.
 *
 * <p>Each list keeps its own outcome: the answers are cut into those of the lists. When one list cannot be carried out, the whole
 * transaction is not; then that list goes alone and the others go together again, so what a list meets is what it would have met
 * alone, at some moment between its call and its answer. Answers are told in the order in which the transactions were sent. Safe for
 * use by many threads.
 */
public final class Commits {
    private static final int MOST_LISTS = 64;

    /** While fewer lists in a hurry are under way, the next goes at once. */
    private static final int ENOUGH_UNDER_WAY = 2;

    private static final int MOST_BYTES = 256 * 1024;

    /** More than paths, names and versions of an operation take. */
    private static final int BYTES_OF_OPERATION = 200;

    /** So long at most a list that is in no hurry waits for another to go with. */
    private static final Duration ALONE_AFTER = Duration.ofMillis(5);

    private final Function<List<Operation>, CompletionStage<Outcome>> send;
    private final Timers timers;

    @GuardedBy("this")
    private final List<Commit> waiting = new ArrayList<>();

    /** How many of those that wait are in a hurry. */
    @GuardedBy("this")
    private int hurriedWaiting;

    /** Whether a timer runs for those that wait and are in no hurry. */
    @GuardedBy("this")
    private boolean timed;

    /** What is sent and has not been told of, in the order in which it was sent. */
    @GuardedBy("this")
    private final Deque<Transaction> underWay = new ArrayDeque<>();

    @GuardedBy("this")
    private int hurriedUnderWay;

    /** Whether a thread is telling of answers. */
    @GuardedBy("this")
    private boolean telling;

    /**
     * Begins with nothing under way.
     *
     * @param send sends one transaction, in the order of its calls, without blocking; it never throws, nor does the stage complete
     *     exceptionally
     */
    public Commits(Function<List<Operation>, CompletionStage<Outcome>> send, Timers timers) {
        this.send = send;
        this.timers = timers;
    }

    /** Sends the list, now or with the next transaction. The stage never completes exceptionally. */
    public CompletionStage<Outcome> commit(List<Operation> operations, Pace pace) {
        Commit commit = new Commit(operations, pace == Pace.AT_ONCE, timers.nanos());
        boolean alone;
        synchronized (this) {
            waiting.add(commit);
            hurriedWaiting += commit.hurried ? 1 : 0;
            alone = !commit.hurried && !timed;
            timed |= alone;
        }
        if (alone) {
            timers.after(ALONE_AFTER, this::companyDue);
        }
        proceed(false);
        return commit.answer;
    }

    /** The timer: sends what has waited long enough, and runs on for what has not. */
    private void companyDue() {
        Duration left;
        synchronized (this) {
            timed = !waiting.isEmpty();
            if (!timed) {
                return;
            }
            left = ALONE_AFTER.minusNanos(timers.nanos() - waiting.get(0).since);
            timed = left.compareTo(Duration.ZERO) > 0;
        }
        if (left.compareTo(Duration.ZERO) > 0) {
            timers.after(left, this::companyDue);
        } else {
            proceed(true);
        }
    }

    /** Sends what waits and is in a hurry, so that a request that is sent next comes behind it. */
    public void flush() {
        boolean hurried;
        synchronized (this) {
            hurried = hurriedWaiting > 0;
        }
        if (hurried) {
            proceed(true);
        }
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
        if (waiting.isEmpty() || (!anyway && (hurriedWaiting == 0 || hurriedUnderWay >= ENOUGH_UNDER_WAY))) {
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
        hurriedWaiting -= hurried(next);
        return send(next);
    }

    private synchronized Transaction send(List<Commit> together) {
        List<Operation> operations = new ArrayList<>();
        together.forEach(commit -> operations.addAll(commit.operations));
        Transaction transaction = new Transaction(together, send.apply(operations));
        underWay.add(transaction);
        hurriedUnderWay += hurried(together);
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
        hurriedUnderWay -= hurried(first.lists);
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
        tell(lists, outcome, true);
        tell(lists, outcome, false);
    }

    private static void tell(List<Commit> lists, Outcome outcome, boolean hurried) {
        int from = 0;
        for (Commit commit : lists) {
            int to = from + commit.operations.size();
            if (commit.hurried == hurried) {
                commit.answer.complete(
                        outcome instanceof Outcome.Done done && lists.size() > 1
                                ? new Outcome.Done(List.copyOf(done.results().subList(from, to)))
                                : outcome);
            }
            from = to;
        }
    }

    private static int hurried(List<Commit> lists) {
        int hurried = 0;
        for (Commit commit : lists) {
            hurried += commit.hurried ? 1 : 0;
        }
        return hurried;
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
        private final boolean hurried;
        private final long since;
        private final int bytes;
        private final CompletableFuture<Outcome> answer = new CompletableFuture<>();

        Commit(List<Operation> operations, boolean hurried, long since) {
            this.operations = List.copyOf(operations);
            this.hurried = hurried;
            this.since = since;
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
