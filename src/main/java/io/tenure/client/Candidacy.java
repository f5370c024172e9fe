package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.error.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who stands for an office, leads, stands again, until it is closed.
 *
 * <p>One thing happens after the other: it stands, its listener is told that it leads, the term is over, the listener is told so, the
 * office is given back, it stands again. Each step begins when the one before is done, so that nothing can be told twice or at once.
 * Safe for use by many threads.
 */
public final class Candidacy implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Candidacy.class.getName());

    private final Engine engine;
    private final Supplier<CompletableFuture<Optional<Term>>> stand;
    private final Election.Listener listener;
    private final boolean again;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private @Nullable CompletableFuture<?> standing;

    private volatile @Nullable Term term;

    /** The thread that tells the listener something now. */
    private volatile @Nullable Thread telling;

    /** How often in a row it came to no term. Belongs to the step under way. */
    private int failed;

    /**
     * Prepares one.
     *
     * @param stand stands for the office once
     * @param again whether it stands again after a term
     */
    Candidacy(
            Engine engine,
            Supplier<CompletableFuture<Optional<Term>>> stand,
            Election.Listener listener,
            boolean again) {
        this.engine = engine;
        this.stand = stand;
        this.listener = listener;
        this.again = again;
    }

    Candidacy begin() {
        engine.calls().open(ended);
        stand();
        return this;
    }

    /** Whether it is certain that it leads: false from the moment on at which the servers may let another lead. */
    public boolean isLeader() {
        return term().isPresent();
    }

    /** The term in which it leads; empty while that is not certain. */
    public Optional<Term> term() {
        return Optional.ofNullable(term).filter(Term::isCurrent);
    }

    /**
     * Proclaims another value, for the rest of this term, and waits for the answer. The next term begins with the value of the election
     * again.
     *
     * @throws TenureException refused, with {@link ErrorCode#NOT_LEADING} when it does not lead; or no server has answered
     */
    public void proclaim(String value) {
        term().orElseThrow(() -> new TenureException(ErrorCode.NOT_LEADING, "this candidate does not lead", null))
                .proclaim(value);
    }

    /**
     * Gives up the office, if it leads, and waits until the listener has been told and another may lead; on the listener's own thread it
     * does not wait. It stands again then, behind all who stand by now, unless it was to stand for one term.
     *
     * @throws TenureException no server has answered; the office becomes free by itself when the time of its lease is over
     */
    public void resign() {
        CompletionStage<Void> resigned = resignAsync();
        if (!isTelling()) {
            Waiting.on(resigned);
        }
    }

    /** As {@link #resign}, without waiting. The stage fails with a {@link TenureException} when no server has answered. */
    public CompletionStage<Void> resignAsync() {
        Term current = term().orElse(null);
        if (current == null) {
            return CompletableFuture.completedFuture(null);
        }
        current.end("its leader has resigned");
        return current.givenBack();
    }

    /**
     * Completes when it stands no more: it was closed, or its only term is over. Fails with a {@link TenureException} when a server has
     * refused the candidate, as for a TTL that is too short, or the client was closed; the listener is told nothing of that.
     */
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /**
     * Gives up the office or the place in the queue, for good, and waits until the listener has been told and the servers have answered;
     * on the listener's own thread it does not wait. Nothing is told behind that. When the client is closed first, which ends the threads
     * that listeners are told on, nothing is told or given back.
     */
    @Override
    public void close() {
        Term current;
        CompletableFuture<?> given;
        synchronized (this) {
            closed = true;
            current = term;
            given = standing;
        }
        if (current != null) {
            current.end("its leader has closed its candidacy");
        }
        if (given != null) {
            given.cancel(false);
        }
        if (!isTelling()) {
            Waiting.on(ended.handle((done, refused) -> refused == null));
        }
    }

    private boolean isTelling() {
        return Thread.currentThread() == telling;
    }

    private void stand() {
        if (isClosed()) {
            ended.complete(null);
            return;
        }
        CompletableFuture<Optional<Term>> given = stand.get();
        boolean late;
        synchronized (this) {
            standing = given;
            late = closed;
        }
        if (late) {
            given.cancel(false);
        }
        var unused = given.whenComplete((granted, failure) -> {
            Term elected = granted == null ? null : granted.orElse(null);
            engine.time().execute(() -> stood(elected, failure));
        });
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void stood(@Nullable Term elected, @Nullable Throwable failure) {
        if (elected != null) {
            elected(elected);
        } else if (failure != null && isEnded(failure)) {
            // somebody has ended the candidacy before it led; as after a term that somebody has ended, it stands again
            failed++;
            standLater();
        } else if (failure != null && !isClosed()) {
            if (ended.completeExceptionally(failure)) {
                LOG.log(System.Logger.Level.WARNING, "A candidate stands no more: {0}", failure.getMessage());
            }
        } else {
            stand();
        }
    }

    private void elected(Term elected) {
        synchronized (this) {
            if (!closed && elected.isCurrent()) {
                term = elected;
            }
        }
        if (term != elected) {
            giveBack(elected, true);
            return;
        }
        if (tell(() -> listener.onElected(elected))) {
            failed = 0;
        } else {
            failed++;
            elected.end("its leader did not take it up");
        }
        var unused = elected.ended().thenAccept(loss -> engine.time().execute(() -> deposed(elected, loss)));
    }

    private void deposed(Term over, Loss loss) {
        term = null;
        tell(() -> listener.onDeposed(loss));
        giveBack(over, again);
    }

    /** Tells whether it returned as it should. */
    private boolean tell(Runnable what) {
        telling = Thread.currentThread();
        try {
            what.run();
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "The listener of a candidate has failed", e);
            return false;
        } finally {
            telling = null;
        }
    }

    private void giveBack(Term over, boolean more) {
        var unused = over.giveBack().whenComplete((done, unanswered) -> {
            if (more) {
                standLater();
            } else {
                ended.complete(null);
            }
        });
    }

    /** At once, unless something was wrong: then others have their turn first. */
    private void standLater() {
        engine.time().after(failed == 0 ? Duration.ZERO : engine.calls().pause(failed, null), this::stand);
    }

    private static boolean isEnded(Throwable failure) {
        return failure instanceof TenureException refused
                && refused.code()
                        .filter(code -> code == ErrorCode.LEASE_ENDED || code == ErrorCode.HOLD_ENDED)
                        .isPresent();
    }

    @Override
    public String toString() {
        return term().map(leads -> "candidate, leads in " + leads).orElse("candidate, does not lead");
    }
}
