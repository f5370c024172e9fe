package io.tenure.client;

import io.tenure.client.End.How;
import io.tenure.client.Http.Request;
import io.tenure.error.ErrorCode;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What was acquired: a lock, one side of a read/write lock, or permits. Its lease is renewed in the background until it is released.
 *
 * <p>Ask {@link #isHeld} before each step that must not overlap with another's, and hand {@link #fencingToken} to whatever is written
 * to: a process may be paused between the two. Safe for use by many threads.
 */
public final class Hold implements AutoCloseable {
    private final Kind kind;
    private final Name name;
    private final long fencingToken;
    private final Lease lease;
    private final boolean own;
    private final Engine engine;
    private final long since;
    private final End end;

    /** @param own whether the lease was made for this hold alone, and ends with it */
    Hold(Kind kind, Name name, long fencingToken, Lease lease, boolean own, Engine engine) {
        this.kind = kind;
        this.name = name;
        this.fencingToken = fencingToken;
        this.lease = lease;
        this.own = own;
        this.engine = engine;
        this.since = engine.time().nanos();
        this.end = new End(engine.time());
    }

    /** One that its lease knows of, and tells when it ends. */
    static Hold of(Kind kind, Name name, long fencingToken, Lease lease, boolean own, Engine engine) {
        Hold hold = new Hold(kind, name, fencingToken, lease, own, engine);
        lease.add(hold);
        return hold;
    }

    /** What kind of thing is held. */
    public Kind kind() {
        return kind;
    }

    /** Its name. */
    public Name name() {
        return name;
    }

    /** A number that is greater with each grant of this name; below 2⁵³. Readers that are let in together share one. */
    public long fencingToken() {
        return fencingToken;
    }

    /** The lease that keeps it. */
    public Lease lease() {
        return lease;
    }

    /** Whether it is certain that it is held: false from the moment on at which the servers may let another in. */
    public boolean isHeld() {
        return !end.hasCome() && lease.isLive();
    }

    /** How long it is certain to be held from now on, if no renewal is answered any more. */
    public Duration remaining() {
        return end.hasCome() ? Duration.ZERO : lease.remaining();
    }

    /** Completes when it is lost, or given back, and then says how; never fails. Dependent actions run on a thread of their own. */
    public CompletionStage<Loss> lost() {
        return end.stage();
    }

    /** Has a listener told when it is lost, once, on a thread of its own; not when this client gives it back. */
    public void onLost(Consumer<Loss> listener) {
        end.onLost(listener);
    }

    /**
     * Makes a writer a reader without letting go: readers that wait behind it are let in, and nobody in between. The fencing token stays.
     *
     * @throws TenureException refused, which says {@link ErrorCode#NOT_HOLDER} when it is held no more; or no server has answered
     */
    public void downgrade() {
        if (kind != Kind.RWLOCK) {
            throw new IllegalStateException("only a read/write lock can be downgraded; this is " + this);
        }
        Answer answer = Waiting.on(
                engine.calls().repeat(Calls.REACH, new Request("POST", path() + "/downgrade", null, Calls.TIMEOUT)));
        if (!answer.ok()) {
            throw answer.refusal();
        }
    }

    /**
     * Gives it back, and waits for the answer. It is tried on in the background for as long as it may still be held.
     *
     * @throws TenureException no server has answered; it ends by itself when the time of its lease is over
     */
    public void release() {
        Waiting.on(releaseAsync());
    }

    /** As {@link #release}, without waiting. The stage fails with a {@link TenureException} when no server has answered. */
    public CompletionStage<Void> releaseAsync() {
        if (own) {
            return lease.releaseBy(path());
        }
        if (!end(How.givenBack(toString()))) {
            return CompletableFuture.completedFuture(null);
        }
        return engine.calls().within(Calls.REACH, giveBack());
    }

    /** The lease may live on for long, and so would this. */
    private CompletionStage<Void> giveBack() {
        return engine.calls()
                .undo(lease.remaining(), new Request("DELETE", path(), null, Calls.TIMEOUT))
                .exceptionallyCompose(
                        failure -> lease.isLive() ? giveBack() : CompletableFuture.<Void>failedFuture(failure));
    }

    /** Releases it, and leaves it to end by itself when no server answers. */
    @Override
    public void close() {
        Waiting.quietlyOn(releaseAsync());
    }

    /** It is over, unless it was so before; returns whether that is news. */
    boolean end(How how) {
        boolean news = end.come(how);
        if (news) {
            lease.remove(this);
        }
        return news;
    }

    /** Whether it was held already at that time, on the clock of {@link Time#nanos}. */
    boolean stoodAt(long time) {
        return since - time <= 0;
    }

    /** Looks whether it has ended, though its lease lives. */
    void look() {
        var unused = engine.calls()
                .repeat(lease.remaining(), new Request("GET", path(), null, Calls.TIMEOUT))
                .thenAccept(answer -> {
                    if (answer.gone()) {
                        end(How.lost(answer.loss(kind.wire() + " " + name)));
                    } else if (answer.ok() && answer.body().path("fencingToken").asLong() != fencingToken) {
                        end(How.lost(new Loss(Loss.Cause.LOST, null, null, kind.wire() + " " + name + " has ended")));
                    }
                });
    }

    private String path() {
        return Claim.path(kind, name, lease.id());
    }

    @Override
    public String toString() {
        return kind.wire() + " " + name + (isHeld() ? ", held" : ", not held") + ", token " + fencingToken;
    }
}
