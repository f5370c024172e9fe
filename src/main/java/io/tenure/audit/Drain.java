package io.tenure.audit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.audit.AuditLog.Answer;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's duty to carry audit records from the outbox into the log.
 *
 * <p>It looks at the outbox twice a second while there is work and once a second when there is none; a look is a read. Only when
 * something is there, or somebody asks to {@link #catchUp}, does it write. While the database is away it asks it now and then, and only
 * counts what waits in the outbox, once a second. Safe for use by many threads; it blocks none of them: what blocks runs on the executor, one call at a time.
 */
public final class Drain implements Duty {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** A pass costs much the same for one record and for a thousand; whoever wants the log complete now asks for a pass. */
    private static final Duration BUSY = Duration.ofMillis(500);
    /** So many batches in one pass mean that records come faster than they go: then the next pass follows at once. */
    private static final int MANY_BATCHES = 2;

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    /** Passes that are asked for begin no closer together than this, so that many questions share few passes. */
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final Coordination store;
    private final Paths paths;
    private final long tokenBase;
    private final AuditLog log;
    private final Timers timers;
    private final Executor executor;
    private final int batch;
    private final OutboxReader reader;
    private final BacklogGauge gauge;

    @GuardedBy("this")
    private @Nullable Term term;

    @GuardedBy("this")
    private boolean running;

    @GuardedBy("this")
    private long startedAt;

    @GuardedBy("this")
    private Duration pause = BUSY;

    /** When a database that is away is to be asked again. */
    @GuardedBy("this")
    private long askAgainAt;

    @GuardedBy("this")
    private Timers.@Nullable Timer timer;

    @GuardedBy("this")
    private List<CompletableFuture<@Nullable Void>> asking = new ArrayList<>();

    /**
     * @param tokenBase added to the store's transaction numbers
     * @param executor runs the calls to the log, which block; one thread is enough
     * @param batch how many records go into one transaction
     */
    public Drain(
            Coordination store,
            Paths paths,
            long tokenBase,
            AuditLog log,
            Timers timers,
            Executor executor,
            int batch) {
        this.store = store;
        this.paths = paths;
        this.tokenBase = tokenBase;
        this.log = log;
        this.timers = timers;
        this.executor = executor;
        this.batch = batch;
        this.reader = new OutboxReader(store, paths);
        this.gauge = new BacklogGauge(timers);
        this.startedAt = timers.nanos() - BETWEEN.toNanos();
    }

    @Override
    public void begin(Term begun) {
        gauge.begin();
        synchronized (this) {
            term = begun;
            pause = BUSY;
            schedule(Duration.ZERO);
        }
    }

    @Override
    public void end() {
        synchronized (this) {
            term = null;
            cancel();
        }
        gauge.end();
        refuse(taken(), notCoordinator());
    }

    /**
     * Asks that the log be complete up to now.
     *
     * @return complete when everything that the store had acknowledged before this call is in the log. Fails with a {@link Refusal}
     *     when that cannot be reached now, or when this server is not the coordinator
     */
    public CompletionStage<@Nullable Void> catchUp() {
        synchronized (this) {
            if (term == null) {
                return CompletableFuture.failedFuture(notCoordinator());
            }
            if (gauge.away()) {
                return CompletableFuture.failedFuture(databaseAway());
            }
            CompletableFuture<@Nullable Void> asked = new CompletableFuture<>();
            asking.add(asked);
            if (!running) {
                schedule(untilNext());
            }
            return asked;
        }
    }

    /** How far the log is behind; empty when this server is not the coordinator, which is the one to ask. */
    public Optional<Backlog> backlog() {
        return gauge.backlog();
    }

    private void pass() {
        Term current;
        synchronized (this) {
            if (term == null || running) {
                return;
            }
            running = true;
            startedAt = timers.nanos();
            current = term;
        }
        reader.look()
                .thenCompose(sizes -> {
                    long length = IntStream.of(sizes).asLongStream().sum();
                    gauge.seen(length);
                    return (length == 0 && gauge.ready() && !asked()) || tooSoon()
                            ? CompletableFuture.completedFuture(0)
                            : ready().thenCompose(ready -> drain(current, sizes));
                })
                .whenComplete((count, failure) -> finish(count, failure));
    }

    /** Asks the database before the outbox is read for it, unless it answered the last time. */
    private CompletionStage<@Nullable Void> ready() {
        if (gauge.ready()) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.completedFuture(log)
                .thenApplyAsync(AuditLog::ask, executor)
                .thenApply(answer -> {
                    if (!(answer instanceof Answer.Recorded recorded)) {
                        throw new DrainPass.Stopped(answer);
                    }
                    gauge.recorded(recorded);
                    return null;
                });
    }

    private CompletionStage<Integer> drain(Term current, int[] sizes) {
        if (IntStream.of(sizes).allMatch(size -> size == 0) && !asked()) {
            return CompletableFuture.completedFuture(0);
        }
        // whoever asks from here on may ask about what happens behind the barrier: the next pass is theirs
        List<CompletableFuture<@Nullable Void>> asked = taken();
        DrainPass pass = new DrainPass(store, paths, reader, log, executor, current, tokenBase, batch, gauge::deleted);
        pass.recorded().whenComplete((recorded, failure) -> {
            if (failure == null) {
                gauge.caughtUp(recorded);
                asked.forEach(one -> one.complete(null));
            } else {
                refuse(asked, refusal(failure));
            }
        });
        return pass.run(sizes);
    }

    private void finish(@Nullable Integer count, @Nullable Throwable failure) {
        if (failure != null) {
            failed(unwrapped(failure));
        }
        synchronized (this) {
            running = false;
            if (failure != null) {
                pause = shorter(pause.multipliedBy(2), LONGEST_RETRY);
                askAgainAt = timers.nanos() + pause.toNanos();
                schedule(gauge.away() ? shorter(pause, IDLE) : pause);
            } else if (gauge.away()) {
                schedule(shorter(Duration.ofNanos(Math.max(0, askAgainAt - timers.nanos())), IDLE));
            } else if (count != null && count > 0) {
                pause = BUSY;
                schedule(count >= MANY_BATCHES * batch ? Duration.ZERO : BUSY);
            } else {
                pause = shorter(pause.multipliedBy(2), IDLE);
                schedule(pause);
            }
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof DrainPass.Stopped stopped && stopped.answer() instanceof Answer.Away away) {
            if (gauge.away(away.why())) {
                LOG.warn("the audit database is away, records wait in the outbox: {}", away.why());
            }
        } else if (failure instanceof DrainPass.Stopped stopped && stopped.answer() instanceof Answer.Deposed later) {
            String why = "it was written by a later coordinator (epoch " + later.epoch()
                    + "): another server has taken over, or ZooKeeper's data is older than the audit database";
            if (gauge.away(why)) {
                LOG.warn("the audit database refuses records, they wait in the outbox: {}", why);
            }
        } else if (!(failure instanceof DrainPass.StoreAway || failure instanceof Refusal)) {
            LOG.error("draining the outbox failed", failure);
        }
        refuse(taken(), refusal(failure));
    }

    /** Whether the database is away and was asked a short while ago. */
    private synchronized boolean tooSoon() {
        return gauge.away() && askAgainAt - timers.nanos() > 0;
    }

    private synchronized boolean asked() {
        return !asking.isEmpty();
    }

    private synchronized List<CompletableFuture<@Nullable Void>> taken() {
        List<CompletableFuture<@Nullable Void>> all = asking;
        asking = new ArrayList<>();
        return all;
    }

    @GuardedBy("this")
    private void schedule(Duration delay) {
        cancel();
        if (term != null) {
            timer = timers.after(asking.isEmpty() ? delay : shorter(delay, untilNext()), this::pass);
        }
    }

    @GuardedBy("this")
    private void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    @GuardedBy("this")
    private Duration untilNext() {
        Duration next = BETWEEN.minusNanos(timers.nanos() - startedAt);
        return next.isNegative() ? Duration.ZERO : next;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void refuse(List<CompletableFuture<@Nullable Void>> asked, Throwable why) {
        asked.forEach(one -> one.completeExceptionally(why));
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static Refusal refusal(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof DrainPass.Stopped stopped) {
            return stopped.answer() instanceof Answer.Away ? databaseAway() : notCoordinator();
        }
        return Refusal.of(ErrorCode.STORE_UNAVAILABLE, "the outbox cannot be read now");
    }

    private static Refusal databaseAway() {
        return Refusal.of(ErrorCode.AUDIT_UNAVAILABLE, "the audit database cannot be reached now");
    }

    private static Refusal notCoordinator() {
        return Refusal.of(ErrorCode.AUDIT_UNAVAILABLE, "another server is the coordinator");
    }
}
