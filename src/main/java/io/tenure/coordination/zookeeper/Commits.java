package io.tenure.coordination.zookeeper;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * The lists of operations of one lane on their way to ZooKeeper: while one transaction is under way, the lists that arrive wait and
 * then go together, as one transaction.
 *
 * <p>A transaction costs much the same whatever it carries: a trip through a dozen threads, a place in the log, an answer. So under
 * load the lists share it, and without load none waits. Each list keeps its own outcome: the answers are cut into those of the lists.
 * When one list cannot be carried out, the whole transaction is not; then that list goes alone and the others go together again, so
 * what a list meets is what it would have met alone, at some moment between its call and its answer. Safe for use by many threads.
 */
final class Commits {
    private static final int MOST_LISTS = 64;
    private static final int MOST_BYTES = 256 * 1024;

    /** More than paths, names and versions of an operation take. */
    private static final int BYTES_OF_OPERATION = 200;

    private final Supplier<@Nullable Session> enter;

    @GuardedBy("this")
    private final List<Commit> waiting = new ArrayList<>();

    /** Transactions that are not answered. */
    @GuardedBy("this")
    private int underWay;

    /** @param enter gives the session to send one request with, or null when there is no connection */
    Commits(Supplier<@Nullable Session> enter) {
        this.enter = enter;
    }

    /** Sends the list, now or with the next transaction. */
    CompletionStage<Outcome> commit(List<Operation> operations) {
        Commit commit = new Commit(operations);
        synchronized (this) {
            waiting.add(commit);
        }
        proceed(false);
        return commit.answer;
    }

    /** Sends what waits, so that a request that is sent next comes behind it. */
    void flush() {
        proceed(true);
    }

    /**
     * Sends what waits.
     *
     * @param anyway also while a transaction is under way
     */
    private void proceed(boolean anyway) {
        boolean more;
        do {
            List<Commit> unsent = List.of();
            // taking and sending is one step, or a flush could overtake what another thread has taken
            synchronized (this) {
                List<Commit> next = next(anyway);
                more = !next.isEmpty();
                unsent = more && !send(next) ? next : List.of();
            }
            answer(unsent, commit -> new Outcome.Unavailable(false));
        } while (more);
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

    /** Whether they are on their way; if not, there is no connection. */
    @GuardedBy("this")
    private boolean send(List<Commit> together) {
        Session session = enter.get();
        if (session == null) {
            return false;
        }
        List<Op> ops = new ArrayList<>();
        together.forEach(commit -> ops.addAll(commit.ops));
        underWay++;
        session.handle()
                .multi(
                        ops,
                        (rc, path, context, results) -> {
                            try {
                                answered(together, rc, results);
                            } finally {
                                session.leave();
                            }
                        },
                        null);
        return true;
    }

    private void answered(List<Commit> together, int rc, @Nullable List<OpResult> results) {
        int failed = together.size() == 1 ? -1 : failed(together, rc, results);
        synchronized (this) {
            underWay--;
        }
        if (failed < 0) {
            // the next ones are on their way before anybody is told of these
            proceed(false);
            answer(together, new Cut(rc, results));
        } else {
            List<Commit> others = new ArrayList<>(together);
            Commit alone = others.remove(failed);
            again(others);
            again(List.of(alone));
        }
    }

    private void again(List<Commit> together) {
        boolean sent;
        synchronized (this) {
            sent = send(together);
        }
        if (!sent) {
            answer(together, commit -> new Outcome.Unavailable(false));
        }
    }

    private static void answer(List<Commit> together, Function<Commit, Outcome> outcome) {
        for (Commit commit : together) {
            commit.answer.complete(outcome.apply(commit));
        }
    }

    /** Which of the lists could not be carried out; negative when all were, or nobody knows. */
    private static int failed(List<Commit> together, int rc, @Nullable List<OpResult> results) {
        if (rc == Code.OK.intValue() || results == null || results.isEmpty()) {
            return -1;
        }
        if (!(Translation.outcome(rc, results) instanceof Outcome.Conflict conflict)) {
            return -1;
        }
        int list = 0;
        for (int end = together.get(0).ops.size();
                conflict.index() >= end;
                end += together.get(list).ops.size()) {
            list++;
        }
        return list;
    }

    /** Cuts the results of a transaction into those of its lists, which are asked for in their order. */
    private static final class Cut implements Function<Commit, Outcome> {
        private final int rc;
        private final @Nullable List<OpResult> results;
        private int from;

        Cut(int rc, @Nullable List<OpResult> results) {
            this.rc = rc;
            this.results = results;
        }

        @Override
        public Outcome apply(Commit commit) {
            if (results == null || results.isEmpty()) {
                return Translation.outcome(rc, results);
            }
            int to = from + commit.ops.size();
            Outcome outcome = Translation.outcome(rc, results.subList(from, to));
            from = to;
            return outcome;
        }
    }

    /** One list and who waits for what becomes of it. */
    private static final class Commit {
        private final List<Op> ops;
        private final int bytes;
        private final CompletableFuture<Outcome> answer = new CompletableFuture<>();

        Commit(List<Operation> operations) {
            ops = Translation.ops(operations);
            int sum = 0;
            for (Operation operation : operations) {
                // here and not among others, who would have to share the refusal
                PathUtils.validatePath(operation.path(), isSequential(operation));
                sum += BYTES_OF_OPERATION + Translation.data(operation).length;
            }
            bytes = sum;
        }

        private static boolean isSequential(Operation operation) {
            return operation instanceof Operation.Create create && create.mode() == Operation.Mode.SEQUENTIAL;
        }
    }
}
