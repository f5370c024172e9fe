package io.tenure.queue;

import io.tenure.error.Refusal;
import io.tenure.lease.Lease;
import io.tenure.lease.Terms;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes what a request wants to hold, or a place in its queue.
 *
 * <p>A look at the queue (a local read, or a line that stands) decides how; a name that was just given back through this server is
 * taken without one. An empty queue is taken by one transaction that deletes
 * and creates the directory: its success proves that nobody stood there. A queue that is not empty is refused without a write when
 * the request will not wait; otherwise the lease is created, or given one hold more, in one transaction with its place. Safe for
 * use by many threads.
 */
public final class Acquire {
    private final Means means;
    private final String server;
    private final Waits waits;

    /** @param server the id of this server, which stands in the nodes of those who wait here */
    public Acquire(Means means, String server) {
        this.means = means;
        this.server = server;
        this.waits = new Waits(means);
        means.ender().handTo(waits);
    }

    /**
     * Carries out a claim.
     *
     * @return completes exceptionally with a {@link Refusal} when it is refused, or when the store cannot be asked
     */
    public CompletionStage<Acquired> acquire(Claim claim) {
        try {
            String nonce = means.nonces().get();
            Terms terms = claim.terms();
            Lease fresh = terms == null
                    ? null
                    : terms.lease(
                            means.admission().limits(), nonce, claim.chosen(), true, claim.identity(), claim.actor());
            return new Attempt(means, waits, server, claim, fresh, nonce).begin();
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    /** A name was given back through this server: the next to take it need not look whether somebody stands there. */
    public void released(Kind kind, Name name) {
        means.freed().add(kind, name);
    }

    /** Grants may go on after a while in which there were none: those who wait in this server look whether it is their turn. */
    public void resume() {
        waits.turn();
    }

    /** How many views of queues are open in this server. */
    public int views() {
        return waits.views();
    }
}
