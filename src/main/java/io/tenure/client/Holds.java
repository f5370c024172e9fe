package io.tenure.client;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Several things that were acquired together, under one lease. Each may be given back alone. Safe for use by many threads. */
public final class Holds implements AutoCloseable {
    private final Lease lease;
    private final List<Hold> all;

    Holds(Lease lease, List<Hold> all) {
        this.lease = lease;
        this.all = List.copyOf(all);
    }

    /** Each, with its fencing token, in the order in which they were claimed. */
    public List<Hold> all() {
        return all;
    }

    /** The lease that keeps them. */
    public Lease lease() {
        return lease;
    }

    /** Whether it is certain that all of them are held. */
    public boolean isHeld() {
        return all.stream().allMatch(Hold::isHeld);
    }

    /** Has a listener told when the first of them is lost, once, on a thread of its own; not when this client gives one back. */
    public void onLost(Consumer<Loss> listener) {
        AtomicBoolean told = new AtomicBoolean();
        all.forEach(hold -> hold.onLost(loss -> {
            if (told.compareAndSet(false, true)) {
                listener.accept(loss);
            }
        }));
    }

    /**
     * Gives all of them back, and waits for the answer.
     *
     * @throws TenureException no server has answered; they end by themselves when the time of their lease is over
     */
    public void release() {
        lease.release();
    }

    /** As {@link #release}, without waiting. The stage fails with a {@link TenureException} when no server has answered. */
    public CompletionStage<Void> releaseAsync() {
        return lease.releaseAsync();
    }

    /** Releases them, and leaves them to end by themselves when no server answers. */
    @Override
    public void close() {
        lease.close();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
