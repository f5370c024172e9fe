package io.tenure.queue;

import io.tenure.audit.Action;
import io.tenure.audit.AuditRecord;
import io.tenure.coordination.Coordination.Pace;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Create;
import io.tenure.coordination.Operation.Delete;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Operation.SetData;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Stamp;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Promise;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that take what a claim wants: the heads of empty queues, or places at the ends of queues that are not. Each
 * creates the lease, or writes the one that lives by the version it was read at, and records what it did.
 */
final class Taking {
    private static final byte[] NOTHING = new byte[0];
    private static final Duration PATIENT = Duration.ofMillis(500);

    private final Means means;
    private final Claim claim;

    Taking(Means means, Claim claim) {
        this.means = means;
        this.claim = claim;
    }

    /** What came of a transaction. */
    sealed interface Taken {
        /** It holds all that it wanted. */
        record Held(Acquired.Held acquired) implements Taken {}

        /** It has its places, by their full names in the order of the wants. */
        record Placed(StoredLease lease, List<String> places, Promise promise) implements Taken {}

        /** It was not carried out, or nobody knows. */
        record Not(Steps.Result result) implements Taken {}
    }

    /** One write: it proves that every queue was empty, and takes the head of each. */
    CompletionStage<Taken> head(@Nullable StoredLease stored, Lease lease, List<Sight> sights) {
        int version = stored == null ? 0 : stored.version() + 1;
        List<Hold> granted = claim.wants().stream()
                .map(want -> hold(want, stored).granted(version, head(want, want.places() - 1)))
                .toList();
        Lease content = withHolds(lease, granted);
        Steps steps = begin(stored, content);
        int stampAt = stored == null ? -1 : 0;
        for (int i = 0; i < sights.size(); i++) {
            Want want = claim.wants().get(i);
            String directory = directory(want);
            if (sights.get(i).directoryStands()) {
                steps.add(new Delete(directory, -1), Meaning.QUEUE_CHANGED);
            }
            stampAt = stampAt < 0 ? steps.size() : stampAt;
            steps.add(new Create(directory, NOTHING, Mode.CONTAINER), Meaning.QUEUE_CHANGED);
            for (int place = 0; place < want.places(); place++) {
                String path = directory + "/" + head(want, place);
                steps.add(new Create(path, want.shown(), Mode.PERSISTENT), Meaning.QUEUE_CHANGED);
            }
            if (want.kind() == Kind.SEMAPHORE) {
                steps.add(sights.get(i).permits().check(means.nodes().paths(), want.name()), Meaning.QUEUE_CHANGED);
            }
        }
        steps.add(record(content, version, Action.GRANTED, granted), Meaning.ENDED);
        Promise promise = Promise.from(means.timers());
        int at = stampAt;
        return steps.commit(means.store(), claim.lane()).thenApply(result -> {
            if (!(result instanceof Steps.Result.Done done)) {
                return new Taken.Not(result);
            }
            StoredLease now = means.nodes()
                    .written(claim.lease(), content, of(stored, done.outcome().stamp(at)));
            return new Taken.Held(new Acquired.Held(now, promise.leftMillis(now, means.timers()), true));
        });
    }

    private String head(Want want, int place) {
        return Paths.placePrefix(want.kind(), want.mode(), claim.lease()) + Paths.sequence(place);
    }

    /**
     * One write: the lease, or its new hold, and a place at the end of each queue.
     *
     * @param attended marks the lease as waited for
     */
    CompletionStage<Taken> place(
            @Nullable StoredLease stored, Lease lease, List<Sight> sights, UnaryOperator<Lease> attended) {
        int version = stored == null ? 0 : stored.version() + 1;
        List<Hold> queued =
                claim.wants().stream().map(want -> hold(want, stored)).toList();
        Lease content = attended.apply(withHolds(lease, queued));
        Steps steps = begin(stored, content);
        List<Integer> placesAt = new ArrayList<>();
        int stampAt = stored == null ? -1 : 0;
        for (int i = 0; i < sights.size(); i++) {
            Want want = claim.wants().get(i);
            if (!sights.get(i).directoryStands()) {
                stampAt = stampAt < 0 ? steps.size() : stampAt;
                steps.add(new Create(directory(want), NOTHING, Mode.CONTAINER), Meaning.QUEUE_CHANGED);
            } else if (stampAt < 0) {
                // creating a lease or a place returns no stamp; this does, and changes nothing
                stampAt = steps.size();
                steps.add(new SetData(directory(want), NOTHING, -1), Meaning.QUEUE_CHANGED);
            }
            String prefix = directory(want) + "/" + Paths.placePrefix(want.kind(), want.mode(), claim.lease());
            for (int place = 0; place < want.places(); place++) {
                steps.add(new Create(prefix, want.shown(), Mode.SEQUENTIAL), Meaning.QUEUE_CHANGED);
            }
            placesAt.add(steps.size() - 1);
        }
        steps.add(record(content, version, Action.QUEUED, queued), Meaning.ENDED);
        Promise promise = Promise.from(means.timers());
        int at = stampAt;
        return steps.commit(means.store(), claim.lane(), pace(sights)).thenApply(result -> {
            if (!(result instanceof Steps.Result.Done done)) {
                return new Taken.Not(result);
            }
            List<String> places = placesAt.stream()
                    .map(index -> name(done.outcome().path(index)))
                    .toList();
            return new Taken.Placed(stored(content, of(stored, done.outcome().stamp(at))), places, promise);
        });
    }

    /**
     * Where others wait before it in every queue, and it waits long, its place may come a moment later: a hand-over among those others
     * does not wait for it then, and mostly takes it along.
     */
    private Pace pace(List<Sight> sights) {
        boolean behind = sights.stream().allMatch(sight -> sight.waiting() > 0);
        return behind && claim.patience().compareTo(PATIENT) >= 0 ? Pace.IN_COMPANY : Pace.AT_ONCE;
    }

    /** The stamp of the lease: its own, or that of another node which the transaction that created it has written. */
    private static Stamp of(@Nullable StoredLease stored, Stamp stamp) {
        return stored == null
                ? new Stamp(stamp.mzxid(), stamp.mzxid(), 0, stamp.mtime(), stamp.mtime(), 0, 0, false)
                : stamp;
    }

    private Steps begin(@Nullable StoredLease stored, Lease content) {
        Steps steps = new Steps();
        if (stored != null) {
            return steps.add(means.nodes().write(stored, content), Meaning.LOOK_AGAIN);
        }
        if (claim.named()) {
            steps.addAll(means.nodes().neverEnded(claim.lease()), Meaning.ENDED);
        }
        return steps.add(means.nodes().create(claim.lease(), content), Meaning.LOOK_AGAIN);
    }

    private Hold hold(Want want, @Nullable StoredLease stored) {
        return Hold.queued(want, claim.named(), stored == null ? null : claim.askedOfHold());
    }

    private static Lease withHolds(Lease lease, List<Hold> more) {
        Lease content = lease;
        for (Hold hold : more) {
            content = content.withHold(hold);
        }
        return content;
    }

    private StoredLease stored(Lease content, Stamp stamp) {
        return new StoredLease(claim.lease(), content, stamp, means.nodes().tokenBase());
    }

    private Operation record(Lease content, int version, Action action, List<Hold> holds) {
        How how = How.owner(EndedBy.RELEASED, claim.wants().get(0).reason(), claim.actor());
        List<AuditRecord.Hold> told = holds.stream().map(LeaseNodes::begun).toList();
        return means.nodes().record(claim.lease(), content, version, action, told, how);
    }

    private String directory(Want want) {
        return means.nodes().paths().directory(want.kind(), want.name());
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
