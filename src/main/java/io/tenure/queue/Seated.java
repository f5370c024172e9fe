package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Query;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import io.tenure.queue.Queues.Contender;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A seat and who sits there: a lease, a native client, or nobody any more but a hold that keeps the name closed. Immutable. */
record Seated(Seat seat, Contender contender) {
    private static final int AT_ONCE = 50;

    /** Reads who sits on these, in their order; who has gone meanwhile is left out. */
    static CompletionStage<Map<Seat, Seated>> read(LeaseNodes nodes, String lane, Collection<Seat> seats) {
        return InTurn.all(InTurn.batches(List.copyOf(seats), AT_ONCE), batch -> batch(nodes, lane, batch))
                .thenApply(all -> {
                    Map<Seat, Seated> seated = new LinkedHashMap<>();
                    all.forEach(each -> seated.put(each.seat(), each));
                    return seated;
                });
    }

    private static CompletionStage<List<Seated>> batch(LeaseNodes nodes, String lane, List<Seat> seats) {
        List<Query> queries = new ArrayList<>();
        for (Seat seat : seats) {
            Query own = new Query.Data(nodes.paths().directory(seat.kind(), seat.name()) + "/"
                    + seat.last().node());
            queries.add(own);
            queries.add(seat.last().lease().map(nodes::query).orElse(own));
        }
        return nodes.store().read(lane, queries).thenApply(found -> {
            List<Seated> seated = new ArrayList<>();
            for (int i = 0; i < seats.size(); i++) {
                Seat seat = seats.get(i);
                Found leaseNode = found.get(2 * i + 1);
                if (found.get(2 * i) instanceof Found.Node node) {
                    Optional<StoredLease> stored = seat.last().lease().flatMap(id -> nodes.stored(id, leaseNode));
                    seated.add(new Seated(seat, new Contender(seat.last().node(), stored, node, seat.position())));
                }
            }
            return seated;
        });
    }

    /** The lease that sits here; empty for a native client. */
    Optional<StoredLease> lease() {
        return contender.lease();
    }

    boolean isNative() {
        return lease().isEmpty();
    }

    /** The lease's hold; empty for a native client, and when it has ended and only keeps the name closed. */
    Optional<Hold> hold() {
        return lease().flatMap(stored -> stored.lease().hold(seat.kind(), seat.name()));
    }

    boolean isClosed() {
        return !isNative() && hold().isEmpty();
    }

    boolean isHeld() {
        return isNative()
                ? !seat.waits()
                : hold().filter(hold -> hold.state() == State.HELD).isPresent();
    }

    /** Whether it waits behind others. */
    boolean waits() {
        return seat.waits() && !isHeld() && !isClosed();
    }

    /** Whether it is first, and not granted. */
    boolean isReserved() {
        return !seat.waits() && !isHeld() && !isClosed();
    }

    /** The lease, or the native client's queue node. */
    String id() {
        return lease().map(stored -> stored.id().value()).orElse(contender.name());
    }

    /** Who it says it is. */
    @Nullable
    String owner() {
        return lease().map(stored -> stored.lease().owner()).orElseGet(() -> isNative() ? contender.says() : null);
    }

    /** How it is called in a sentence. */
    String called() {
        String owner = owner();
        if (isNative()) {
            return "a native client" + (owner == null || owner.isEmpty() ? "" : " (" + owner + ")");
        }
        return owner == null ? "lease " + id() : owner;
    }

    /** When it was granted, or took its place, milliseconds since 1970. */
    long since() {
        if (lease().isEmpty() || hold().isEmpty()) {
            return contender.node().stamp().ctime();
        }
        StoredLease stored = lease().get();
        Long queuedAt = isHeld() ? null : stored.queuedAt(hold().get());
        return queuedAt == null ? stored.grantedAt(hold().get()) : queuedAt;
    }

    /** How a read/write lock is held or wanted; null of everything else. */
    @Nullable
    String mode() {
        return seat.kind() != Kind.RWLOCK ? null : (seat.last().reads() ? Mode.READ : Mode.WRITE).wire();
    }

    /** How many permits of a semaphore; null for one, and of everything else. */
    @Nullable
    Integer count() {
        return seat.places() == 1 ? null : Integer.valueOf(seat.places());
    }
}
