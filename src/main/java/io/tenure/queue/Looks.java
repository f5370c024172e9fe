package io.tenure.queue;

import io.tenure.api.HeldBody;
import io.tenure.api.LockBody;
import io.tenure.api.NamedBody;
import io.tenure.api.PageBody;
import io.tenure.api.QueuedBody;
import io.tenure.api.Times;
import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import io.tenure.queue.Queues.Contender;
import io.tenure.queue.Queues.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows what is held and waited for as it stands, native holders and waiters too. Safe for use by many threads. */
public final class Looks {
    private static final int SHOWN = 100;

    private final Kind kind;
    private final Queues queues;
    private final LeaseNodes nodes;
    private final Timers timers;

    /** @param kind the kind of things that it looks at */
    public Looks(Kind kind, Queues queues, LeaseNodes nodes, Timers timers) {
        this.kind = kind;
        this.queues = queues;
        this.nodes = nodes;
        this.timers = timers;
    }

    /** One of them. */
    public CompletionStage<LockBody> look(Name name) {
        return queues.look(kind, name, SHOWN + 1).thenCompose(queue -> {
            LockBody body = body(name, queue);
            QueuedBody reserved = body.reservedBy();
            return reserved == null
                    ? CompletableFuture.completedFuture(body)
                    : lacking(reserved).thenApply(body::withReservedBy);
        });
    }

    /** One who is first here and not granted: tells in which of the other queues it is not. */
    private CompletionStage<QueuedBody> lacking(QueuedBody reserved) {
        List<NamedBody> others = reserved.waitsFor() == null ? List.of() : reserved.waitsFor();
        CompletionStage<List<NamedBody>> lacking = CompletableFuture.completedFuture(List.of());
        for (NamedBody other : others) {
            lacking = lacking.thenCombine(
                    queues.position(Kind.of(other.kind()), new Name(other.name()), new LeaseId(reserved.lease())),
                    (before, position) -> position.orElse(0) == 0
                            ? before
                            : Stream.concat(before.stream(), Stream.of(other)).toList());
        }
        return lacking.thenApply(names -> reserved.withWaitsFor(names.isEmpty() ? null : names));
    }

    private LockBody body(Name name, Queue queue) {
        List<HeldBody> holders = new ArrayList<>();
        List<QueuedBody> waiters = new ArrayList<>();
        QueuedBody reservedBy = null;
        long closedForMillis = 0;
        // since there are fewer permits some hold beyond them: they do not wait
        int beyond = 0;
        for (Contender contender : queue.first()) {
            if (contender.lease().isEmpty()) {
                if (contender.position() == 0) {
                    holders.add(nativeHolder(name, contender));
                } else {
                    waiters.add(nativeWaiter(name, contender, contender.position() - beyond));
                }
                continue;
            }
            StoredLease stored = contender.lease().get();
            Optional<Hold> hold = stored.lease().hold(kind, name);
            if (hold.isEmpty()) {
                closedForMillis = Math.max(closedForMillis, Closed.forMillis(kind, name, stored, timers));
            } else if (hold.get().state() == State.HELD) {
                long ago = Math.max(0, timers.wallMillis() - stored.stamp().mtime());
                holders.add(Holds.held(stored, hold.get(), null, ago));
                beyond += contender.position() > 0 ? 1 : 0;
            } else {
                QueuedBody waiter =
                        Holds.queued(stored, hold.get(), contender.position() - beyond, null, waitsFor(name, stored));
                if (contender.position() == 0) {
                    reservedBy = reservedBy == null ? waiter : reservedBy;
                } else {
                    waiters.add(waiter);
                }
            }
        }
        return new LockBody(
                name.value(),
                queue.revision(),
                null,
                holders,
                waiters,
                queue.waiting() - beyond,
                kind == Kind.SEMAPHORE ? queue.permits() : null,
                reservedBy,
                closedForMillis,
                nodes.paths().directory(kind, name));
    }

    /** The other names that a several-at-once request wants together with this one. */
    private @Nullable List<NamedBody> waitsFor(Name name, StoredLease stored) {
        List<NamedBody> others = stored.lease().holds().stream()
                .filter(hold -> hold.state() == State.QUEUED && !hold.on(kind, name))
                .map(hold -> new NamedBody(hold.kind().wire(), hold.name().value()))
                .toList();
        return others.isEmpty() ? null : others;
    }

    private HeldBody nativeHolder(Name name, Contender contender) {
        return new HeldBody(
                contender.name(),
                kind.wire(),
                name.value(),
                mode(contender),
                null,
                null,
                null,
                null,
                contender.says(),
                null,
                null,
                null,
                Times.text(contender.node().stamp().ctime()),
                null,
                null,
                null,
                true);
    }

    private QueuedBody nativeWaiter(Name name, Contender contender, int position) {
        return new QueuedBody(
                contender.name(),
                kind.wire(),
                name.value(),
                mode(contender),
                null,
                position,
                null,
                null,
                contender.says(),
                null,
                Times.text(contender.node().stamp().ctime()),
                null,
                true);
    }

    /** How a native client wants a read/write lock. */
    private @Nullable String mode(Contender contender) {
        if (kind != Kind.RWLOCK) {
            return null;
        }
        return (Place.of(kind, contender.name()).reads() ? Mode.READ : Mode.WRITE).wire();
    }

    /** Refuses to end a hold that a native client has. */
    public CompletionStage<Void> refuseNative(Name name, LeaseId id) {
        return queues.look(kind, name, SHOWN + 1).thenApply(queue -> {
            boolean isNative = queue.first().stream()
                    .anyMatch(contender ->
                            contender.lease().isEmpty() && contender.name().contains(id.value()));
            if (isNative) {
                throw Refusal.of(
                                ErrorCode.NATIVE_HOLDER,
                                name + " is held or waited for by a native Curator client under " + id
                                        + "; only that client can end it")
                        .with("kind", kind.wire())
                        .with("name", name.value());
            }
            return null;
        });
    }

    /** Those that somebody uses, by name. */
    public CompletionStage<PageBody<LockBody>> list(
            String prefix, @Nullable Duration minHeld, int minWaiters, int limit, @Nullable String cursor) {
        return new Listing<>(kind, nodes, this::look, body -> isUsed(body) && matches(body, minHeld, minWaiters))
                .page(prefix, limit, cursor);
    }

    private static boolean isUsed(LockBody body) {
        return !body.holders().isEmpty()
                || body.queueLength() > 0
                || body.closedForMillis() > 0
                || body.reservedBy() != null;
    }

    private boolean matches(LockBody body, @Nullable Duration minHeld, int minWaiters) {
        boolean heldLongEnough = minHeld == null
                || body.holders().stream()
                        .anyMatch(holder -> holder.grantedAt() != null
                                && timers.wallMillis() - Times.millis(holder.grantedAt()) >= minHeld.toMillis());
        return heldLongEnough && body.queueLength() >= minWaiters;
    }
}
