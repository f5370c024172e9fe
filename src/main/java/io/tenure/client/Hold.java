package io.tenure.client;

import io.tenure.client.Http.Request;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
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
    private volatile boolean released;

    /** @param own whether the lease was made for this hold, and ends with it */
    Hold(Kind kind, Name name, long fencingToken, Lease lease, boolean own, Engine engine) {
        this.kind = kind;
        this.name = name;
        this.fencingToken = fencingToken;
        this.lease = lease;
        this.own = own;
        this.engine = engine;
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
        return !released && lease.isLive();
    }

    /** How long it is certain to be held from now on, if no renewal is answered any more. */
    public Duration remaining() {
        return released ? Duration.ZERO : lease.remaining();
    }

    /** Has a listener told when it is lost, once, on a thread of its own; not when this client releases it. */
    public void onLost(Consumer<Loss> listener) {
        lease.onLost(listener);
    }

    /**
     * Gives it back, and waits for the answer.
     *
     * @throws TenureException no server has answered; it ends by itself when the time of its lease is over
     */
    public void release() {
        Waiting.on(releaseAsync());
    }

    /** As {@link #release}, without waiting. The stage fails with a {@link TenureException} when no server has answered. */
    public CompletionStage<Void> releaseAsync() {
        released = true;
        String path = Claim.path(kind, name, lease.id());
        if (own) {
            return lease.releaseBy(path);
        }
        return engine.calls().undo(Calls.REACH, new Request("DELETE", path, null, Calls.TIMEOUT));
    }

    /** Releases it, and leaves it to end by itself when no server answers. */
    @Override
    public void close() {
        if (!released) {
            Waiting.quietlyOn(releaseAsync());
        }
    }

    @Override
    public String toString() {
        return kind.wire() + " " + name + (isHeld() ? ", held" : ", not held") + ", token " + fencingToken;
    }
}
