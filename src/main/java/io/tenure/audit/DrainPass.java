package io.tenure.audit;

import io.tenure.audit.AuditLog.Answer;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Duty.Term;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Stamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pass of the drain: everything that stood in the outbox before a barrier is put into the log in order, and then deleted.
 *
 * <p>The barrier is a write. All writes to the store stand in one order, so a list read behind the barrier on its own lane has every
 * record created before it that has not been drained yet, and no record that is created later comes before it. So once those are in, the
 * log is complete up to the barrier. Records are deleted only when the log has said that they will last, and only while no later term has
 * begun; a pass that breaks off anywhere is made good by the next, which brings the same records again.
 */
final class DrainPass {
    /** Bodies of this many bytes are kept from reading to writing. Of all others only the order is kept, and they are read twice. */
    private static final int KEPT_BYTES = 8 * 1024 * 1024;

    /** Where the store has much to do, an answer takes long, and records come faster than they could be read one piece after the other. */
    private static final int PIECES_AT_ONCE = 4;

    private final Coordination store;
    private final Paths paths;
    private final OutboxReader reader;
    private final AuditLog log;
    private final Executor executor;
    private final Term term;
    private final long tokenBase;
    private final int batch;
    private final IntConsumer deleted;

    private final CompletableFuture<Answer.Recorded> recorded = new CompletableFuture<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private long keptBytes;
    private CompletionStage<@Nullable Void> deletes = CompletableFuture.completedFuture(null);

    /** @param deleted is told how many records have left the outbox */
    DrainPass(
            Coordination store,
            Paths paths,
            OutboxReader reader,
            AuditLog log,
            Executor executor,
            Term term,
            long tokenBase,
            int batch,
            IntConsumer deleted) {
        this.store = store;
        this.paths = paths;
        this.reader = reader;
        this.log = log;
        this.executor = executor;
        this.term = term;
        this.tokenBase = tokenBase;
        this.batch = batch;
        this.deleted = deleted;
    }

    /** Completes, perhaps exceptionally, as soon as everything before the barrier is in the log, while records are still being deleted. */
    CompletionStage<Answer.Recorded> recorded() {
        return recorded;
    }

    /**
     * Carries the pass out.
     *
     * @param sizes what a look found just before
     * @return how many records it put into the log; fails with {@link Stopped}, or as reading the store fails
     */
    CompletionStage<Integer> run(int[] sizes) {
        return barrier()
                .thenCompose(stamp -> reader.list(sizes)
                        .thenCompose(names -> gather(names, stamp))
                        .thenCompose(all -> append(0, stamp)))
                .thenCompose(last -> deletes)
                .thenApply(done -> waiting.size())
                .whenComplete((count, failure) -> {
                    if (failure != null) {
                        recorded.completeExceptionally(failure);
                    }
                });
    }

    private CompletionStage<Stamp> barrier() {
        return store.commit(
                        OutboxReader.LANE,
                        List.of(term.fence(), new Operation.SetData(paths.barrier(), new byte[0], -1)))
                .thenApply(outcome -> done(outcome).stamp(1));
    }

    /** Reads the records, and notes the order of those that stood before the barrier. */
    private CompletionStage<@Nullable Void> gather(List<String> names, Stamp barrier) {
        return read(names, (piece, found) -> note(piece, found, barrier.mzxid()))
                .thenRun(() -> waiting.sort(Waiting.ORDER));
    }

    /** Reads what stands at these paths, a few pieces at a time, and tells of each piece. */
    private CompletionStage<@Nullable Void> read(List<String> names, BiConsumer<List<String>, List<Found>> told) {
        AtomicInteger next = new AtomicInteger();
        CompletableFuture<?>[] reading = new CompletableFuture<?>[PIECES_AT_ONCE];
        for (int i = 0; i < PIECES_AT_ONCE; i++) {
            reading[i] = read(names, next, told).toCompletableFuture();
        }
        return CompletableFuture.allOf(reading);
    }

    private CompletionStage<@Nullable Void> read(
            List<String> names, AtomicInteger next, BiConsumer<List<String>, List<Found>> told) {
        int room = reader.room();
        int from = next.getAndAdd(room);
        if (from >= names.size()) {
            return CompletableFuture.completedFuture(null);
        }
        List<String> piece = names.subList(from, Math.min(names.size(), from + room));
        return reader.read(piece)
                .thenAcceptAsync(found -> told.accept(piece, found), executor)
                .thenCompose(done -> read(names, next, told));
    }

    private synchronized void note(List<String> piece, List<Found> found, long barrier) {
        for (int i = 0; i < piece.size(); i++) {
            if (found.get(i) instanceof Found.Node node && node.stamp().czxid() <= barrier) {
                Entry entry = entry(piece.get(i), node);
                boolean kept = keptBytes + node.data().length <= KEPT_BYTES;
                keptBytes += kept ? node.data().length : 0;
                waiting.add(Waiting.of(piece.get(i), entry, kept));
            }
        }
    }

    private Entry entry(String path, Found.Node node) {
        return Entry.of(
                tokenBase + node.stamp().czxid(),
                path.substring(path.lastIndexOf('/') + 1),
                Instant.ofEpochMilli(node.stamp().ctime()),
                node.data());
    }

    /** Puts one batch into the log, has it deleted, and goes on with the next without waiting for that. */
    private CompletionStage<@Nullable Void> append(int from, Stamp barrier) {
        int to = Math.min(waiting.size(), from + batch);
        boolean last = to == waiting.size();
        AuditLog.Reached reached =
                last ? new AuditLog.Reached(tokenBase + barrier.mzxid(), Instant.ofEpochMilli(barrier.mtime())) : null;
        List<Waiting> piece = waiting.subList(from, to);
        return entries(piece)
                .thenApplyAsync(entries -> log.append(new AuditLog.Batch(term.epoch(), entries, reached)), executor)
                .thenCompose(answer -> {
                    if (!(answer instanceof Answer.Recorded written)) {
                        throw new Stopped(answer);
                    }
                    List<String> gone = piece.stream().map(Waiting::path).toList();
                    deletes = deletes.thenCompose(before -> delete(gone));
                    if (last) {
                        recorded.complete(written);
                        return CompletableFuture.completedFuture(null);
                    }
                    return append(to, barrier);
                });
    }

    /** The entries of a batch; those that were not kept are read again. */
    private CompletionStage<List<Entry>> entries(List<Waiting> piece) {
        List<String> missing = piece.stream()
                .filter(one -> one.entry() == null)
                .map(Waiting::path)
                .toList();
        Map<String, Entry> again = new ConcurrentHashMap<>();
        return read(missing, (names, found) -> {
                    for (int i = 0; i < names.size(); i++) {
                        if (!(found.get(i) instanceof Found.Node node)) {
                            throw new Stopped(new Answer.Deposed(term.epoch())); // somebody else drains
                        }
                        again.put(names.get(i), entry(names.get(i), node));
                    }
                })
                .thenApply(done -> piece.stream()
                        .map(one -> one.entry() != null ? one.entry() : Objects.requireNonNull(again.get(one.path())))
                        .toList());
    }

    private CompletionStage<@Nullable Void> delete(List<String> gone) {
        if (gone.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<Operation> operations = new ArrayList<>(gone.size() + 1);
        operations.add(term.fence());
        gone.forEach(path -> operations.add(new Operation.Delete(path, -1)));
        return store.commit(OutboxReader.LANE, operations).thenAccept(outcome -> {
            // one that is gone already fails the list: a delete whose answer was lost. The next pass lists what is left
            if (!(outcome instanceof Outcome.Conflict conflict && conflict.cause() == Outcome.Cause.ABSENT)) {
                done(outcome);
                deleted.accept(gone.size());
            }
        });
    }

    private Outcome.Done done(Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            return done;
        }
        throw outcome instanceof Outcome.Conflict conflict && conflict.index() == 0
                ? new Stopped(new Answer.Deposed(term.epoch()))
                : new StoreAway(outcome);
    }

    /** A pass that broke off because of what the log said, or because a later term has begun. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Answer answer;

        Stopped(Answer answer) {
            super(answer.toString(), null, false, false);
            this.answer = Objects.requireNonNull(answer);
        }

        Answer answer() {
            return answer;
        }
    }

    /** A pass that broke off because the store did not answer. */
    static final class StoreAway extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoreAway(Outcome outcome) {
            super(outcome.toString(), null, false, false);
        }
    }
}
