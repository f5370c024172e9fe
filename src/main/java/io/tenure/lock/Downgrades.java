package io.tenure.lock;

import io.tenure.api.HeldBody;
import io.tenure.audit.Action;
import io.tenure.audit.Actor;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Leases;
import io.tenure.lease.Refusals;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import io.tenure.queue.Holds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes a writer a reader without letting go: in one transaction a reader's place with the sequence of the writer's, which then goes.
 * Nobody can come in between, the readers behind it are let in, and the fencing token stays. It is what Curator's recipe does when
 * a writer takes the read lock and releases the write lock. Safe for use by many threads.
 */
public final class Downgrades {
    private static final int LOOKS = 10;

    private final LeaseNodes nodes;
    private final Leases leases;

    public Downgrades(LeaseNodes nodes, Leases leases) {
        this.nodes = nodes;
        this.leases = leases;
    }

    /** The hold as a reader's. Again, the same answer. */
    public CompletionStage<HeldBody> downgrade(Name name, LeaseId id, Actor actor) {
        return downgrade(name, id, actor, LOOKS);
    }

    private CompletionStage<HeldBody> downgrade(Name name, LeaseId id, Actor actor, int looks) {
        if (looks == 0) {
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        return leases.living(name.value(), id).thenCompose(stored -> {
            Hold hold = stored.filled().hold(Kind.RWLOCK, name).orElseThrow(() -> notThere(stored, name));
            String place = hold.place();
            if (hold.state() != State.HELD || place == null) {
                return CompletableFuture.failedFuture(waits(id, name));
            }
            return hold.want().mode() == Mode.READ
                    ? CompletableFuture.completedFuture(Holds.held(stored, hold, null, null))
                    : downgrade(stored, hold, place, actor, looks);
        });
    }

    private CompletionStage<HeldBody> downgrade(StoredLease stored, Hold hold, String place, Actor actor, int looks) {
        String reader = place.replace(Paths.marker(Kind.RWLOCK, Mode.WRITE), Paths.marker(Kind.RWLOCK, Mode.READ));
        Hold reading = hold.downgraded(reader);
        List<Hold> holds = new ArrayList<>(stored.filled().holds());
        holds.set(holds.indexOf(hold), reading);
        Lease content = stored.filled().withHolds(holds);
        String directory = nodes.paths().directory(hold.kind(), hold.name()) + "/";
        How how = How.owner(EndedBy.RELEASED, null, actor);
        Steps steps = new Steps()
                .add(nodes.write(stored, content), Meaning.LOOK_AGAIN)
                .add(
                        new Operation.Create(directory + reader, new byte[0], Operation.Mode.PERSISTENT),
                        Meaning.QUEUE_CHANGED)
                .add(new Operation.Delete(directory + place, -1), Meaning.PLACE_GONE)
                .add(
                        nodes.record(
                                stored.id(),
                                content,
                                stored.version() + 1,
                                Action.DOWNGRADED,
                                List.of(nodes.audited(stored, reading)),
                                how),
                        Meaning.ENDED);
        return steps.commit(nodes.store(), hold.name().value()).thenCompose(result -> {
            if (result instanceof Steps.Result.Done done) {
                StoredLease now =
                        nodes.written(stored.id(), content, done.outcome().stamp(0));
                return CompletableFuture.completedFuture(Holds.held(now, reading, null, null));
            }
            return result instanceof Steps.Result.Refused
                    ? downgrade(hold.name(), stored.id(), actor, looks - 1)
                    : CompletableFuture.failedFuture(Refusals.unavailable());
        });
    }

    private static Refusal notThere(StoredLease stored, Name name) {
        return stored.filled()
                .past(Kind.RWLOCK, name)
                .map(past -> Refusals.holdEnded(stored.id(), past))
                .orElseGet(() -> Refusals.notHolder(stored.id(), Kind.RWLOCK, name));
    }

    private static Refusal waits(LeaseId id, Name name) {
        return Refusal.of(ErrorCode.NOT_HOLDER, id + " waits for " + name + " and does not write it yet")
                .with("lease", id.value())
                .with("kind", Kind.RWLOCK.wire())
                .with("name", name.value());
    }
}
