package io.tenure.lease;

import io.tenure.audit.Ending;
import io.tenure.audit.History;
import io.tenure.audit.Outbox;
import io.tenure.coordination.Found;
import io.tenure.name.LeaseId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds out what became of a lease that was not found, or not alive, where it was looked for.
 *
 * <p>Asked in the order in which a lease leaves: its own node, the memory of ended ids and the outbox at one moment of a read that
 * has caught up with all writes; then the audit database. Nothing that has ended can hide between them, since each place is filled
 * before the one before it is emptied. Safe for use by many threads.
 */
public final class Endings {
    private final LeaseNodes nodes;
    private final History history;

    public Endings(LeaseNodes nodes, History history) {
        this.nodes = nodes;
        this.history = history;
    }

    /** What became of it. Completes exceptionally when the store cannot be asked. */
    public CompletionStage<Fate> of(String lane, LeaseId id) {
        return nodes.store()
                .sync(lane)
                .thenCompose(synced -> nodes.store()
                        .read(
                                lane,
                                List.of(
                                        nodes.query(id),
                                        nodes.outbox().endedQuery(id),
                                        nodes.outbox().endQuery(id))))
                .thenCompose(found -> {
                    Optional<Fate> here = inStore(id, found);
                    return here.isPresent()
                            ? CompletableFuture.completedFuture(here.get())
                            : history.endOf(id).thenApply(Endings::inHistory);
                });
    }

    private Optional<Fate> inStore(LeaseId id, List<Found> found) {
        Optional<StoredLease> stored = nodes.stored(id, found.get(0));
        if (stored.isPresent()) {
            return Optional.of(
                    stored.get().lease().lives()
                            ? new Fate.Lives(stored.get())
                            : new Fate.Gone(LeaseNodes.closing(stored.get())));
        }
        Optional<Ending> ending = Outbox.ending(found.get(1)).or(() -> Outbox.ending(found.get(2)));
        return ending.map(Fate.Gone::new);
    }

    private static Fate inHistory(History.Answer answer) {
        if (answer instanceof History.Answer.Found found) {
            return new Fate.Gone(found.ending());
        }
        return answer instanceof History.Answer.NotFound ? new Fate.Unseen() : new Fate.CannotTell();
    }
}
