package io.tenure.lease;

import io.tenure.api.RenewManyBody;
import io.tenure.api.RenewedBody;
import io.tenure.api.Times;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Steps.Meaning;
import io.tenure.name.EndedBy;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases: one, or many in one transaction.
 *
 * <p>A renewal sets the lease node by the version it was read at, and demands in the same transaction that the queue node of each
 * granted hold still stands. Only one read of both at one moment concludes that a place was lost ({@code docs/protocol.md} 7).
 * Safe for use by many threads.
 */
public final class Renewals {
    private static final int LOOKS = 10;
    private static final int READ_AT_ONCE = 50;
    private static final int WRITE_BYTES = 256 * 1024;

    private final LeaseNodes nodes;
    private final Ender ender;
    private final Endings endings;
    private final Limits limits;
    private final Timers timers;

    public Renewals(LeaseNodes nodes, Ender ender, Endings endings, Limits limits, Timers timers) {
        this.nodes = nodes;
        this.ender = ender;
        this.endings = endings;
        this.limits = limits;
        this.timers = timers;
    }

    /**
     * Renews one lease.
     *
     * @param newTtl the TTL from now on; null for the same as before
     * @return completes exceptionally with a {@link Refusal} when the lease does not live, or the store cannot be asked
     */
    public CompletionStage<RenewedBody> renew(LeaseId id, @Nullable Duration newTtl) {
        Long ttlMillis = newTtl == null ? null : Long.valueOf(limits.ttlMillis(newTtl));
        return renew(id, ttlMillis, LOOKS);
    }

    private CompletionStage<RenewedBody> renew(LeaseId id, @Nullable Long ttlMillis, int looks) {
        if (looks == 0) {
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        String lane = id.value();
        Optional<StoredLease> recent = looks == LOOKS ? nodes.recent(id) : Optional.empty();
        if (recent.isPresent() && isPlain(recent.get())) {
            return write(lane, recent.get(), ttlMillis, looks);
        }
        return nodes.read(lane, id).thenCompose(read -> {
            if (read.isPresent() && read.get().lease().lives()) {
                return write(lane, read.get(), ttlMillis, looks);
            }
            return endings.of(lane, id)
                    .thenCompose(fate -> fate instanceof Fate.Lives lives
                            ? write(lane, lives.lease(), ttlMillis, looks)
                            : CompletableFuture.failedFuture(Refusals.notAlive(id, fate)));
        });
    }

    private CompletionStage<RenewedBody> write(String lane, StoredLease stored, @Nullable Long ttlMillis, int looks) {
        Renewal renewal;
        try {
            renewal = renewal(stored, ttlMillis);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        if (stored.isOverdue()) {
            return CompletableFuture.completedFuture(overdue(stored));
        }
        Steps steps = new Steps().add(renewal.write(), Meaning.LOOK_AGAIN).addAll(renewal.checks(), Meaning.PLACE_GONE);
        if (renewal.content().ttlMillis() < stored.lease().ttlMillis()) {
            steps.add(nodes.attention(stored.id()), Meaning.DROP);
        }
        Promise promise = Promise.from(timers);
        return steps.commit(nodes.store(), lane).thenCompose(result -> {
            if (result instanceof Steps.Result.Done done) {
                return CompletableFuture.completedFuture(renewal.body(nodes, done.outcome(), 0, promise, timers));
            }
            if (result instanceof Steps.Result.Refused refused) {
                return refused.meaning() == Meaning.PLACE_GONE
                        ? placeGone(lane, stored).thenCompose(ended -> renew(stored.id(), ttlMillis, looks - 1))
                        : renew(stored.id(), ttlMillis, looks - 1);
            }
            return CompletableFuture.failedFuture(Refusals.unavailable());
        });
    }

    /** The holder learns that nothing is left; no write, so that the end comes. */
    private static RenewedBody overdue(StoredLease stored) {
        return new RenewedBody(
                stored.id().value(),
                "LIVE",
                0L,
                stored.lease().ttlMillis(),
                Times.text(stored.expiresAt()),
                stored.lease().holdCount(),
                null,
                null,
                null,
                null);
    }

    /** Ends the holds whose queue nodes are surely gone, by one read of the lease and of those nodes at one moment. */
    public CompletionStage<Void> placeGone(String lane, StoredLease before) {
        List<Hold> held = before.lease().holds().stream()
                .filter(hold -> hold.state() == State.HELD && hold.place() != null)
                .toList();
        List<Query> queries = new ArrayList<>();
        queries.add(nodes.query(before.id()));
        List<Integer> ends = new ArrayList<>();
        for (Hold hold : held) {
            nodes.places(hold, String.valueOf(hold.place())).forEach(place -> queries.add(new Query.Data(place)));
            ends.add(queries.size());
        }
        return nodes.store().read(lane, queries).thenCompose(found -> {
            Optional<StoredLease> now = nodes.stored(before.id(), found.get(0));
            if (now.isEmpty() || !now.get().lease().lives()) {
                return CompletableFuture.completedFuture(null);
            }
            for (int i = 0; i < held.size(); i++) {
                Optional<Hold> hold =
                        now.get().lease().hold(held.get(i).kind(), held.get(i).name());
                boolean gone = found.subList(ends.get(i) - held.get(i).want().places(), ends.get(i)).stream()
                        .anyMatch(place -> place instanceof Found.Absent);
                if (gone
                        && hold.isPresent()
                        && Objects.equals(held.get(i).place(), hold.get().place())) {
                    How how = How.service(EndedBy.LOST, null, "its place in the queue was removed by somebody else");
                    return ender.endHold(lane, now.get(), hold.get(), how, null).thenApply(ended -> null);
                }
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Renews many leases; what became of each stands in the answer. Completes exceptionally only for a list that breaks a rule. */
    public CompletionStage<RenewManyBody> renew(List<LeaseId> ids) {
        Limits.count("leases", ids.size(), limits.maxBatch());
        Map<LeaseId, RenewedBody> items = new LinkedHashMap<>();
        List<LeaseId> distinct = ids.stream().distinct().toList();
        List<Renewal> ready = new ArrayList<>();
        List<LeaseId> unread = new ArrayList<>();
        for (LeaseId id : distinct) {
            nodes.recent(id)
                    .filter(Renewals::isPlain)
                    .ifPresentOrElse(stored -> ready.add(renewal(stored, null)), () -> unread.add(id));
        }
        CompletionStage<Void> all = write(ready, items);
        for (int from = 0; from < unread.size(); from += READ_AT_ONCE) {
            all = both(all, read(unread.subList(from, Math.min(unread.size(), from + READ_AT_ONCE)), items));
        }
        return all.thenApply(done -> {
            synchronized (items) {
                List<RenewedBody> inOrder = ids.stream()
                        .map(id -> items.getOrDefault(id, unavailable(id)))
                        .toList();
                int live = (int) inOrder.stream()
                        .filter(item -> item.state().equals("LIVE"))
                        .count();
                return new RenewManyBody(live, inOrder);
            }
        });
    }

    private CompletionStage<Void> read(List<LeaseId> ids, Map<LeaseId, RenewedBody> items) {
        String lane = ids.get(0).value();
        return nodes.store()
                .read(lane, ids.stream().map(nodes::query).toList())
                .thenCompose(found -> {
                    List<Renewal> renewals = new ArrayList<>();
                    CompletionStage<Void> all = CompletableFuture.completedFuture(null);
                    for (int i = 0; i < ids.size(); i++) {
                        Optional<Renewal> renewal = plain(ids.get(i), found.get(i));
                        if (renewal.isPresent()) {
                            renewals.add(renewal.get());
                        } else {
                            all = both(all, alone(ids.get(i), items));
                        }
                    }
                    return both(all, write(renewals, items));
                })
                .exceptionally(failure -> null);
    }

    /** As few transactions as their sizes allow. */
    private CompletionStage<Void> write(List<Renewal> renewals, Map<LeaseId, RenewedBody> items) {
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < renewals.size(); i++) {
            bytes += renewals.get(i).write().data().length + 200;
            if (bytes > WRITE_BYTES || i == renewals.size() - 1) {
                all = both(all, batch(renewals.subList(from, i + 1), items));
                from = i + 1;
                bytes = 0;
            }
        }
        return all;
    }

    private static CompletionStage<Void> both(CompletionStage<Void> one, CompletionStage<Void> other) {
        return one.thenCombine(other, (first, second) -> null);
    }

    private Optional<Renewal> plain(LeaseId id, Found found) {
        try {
            return nodes.stored(id, found).filter(Renewals::isPlain).map(stored -> renewal(stored, null));
        } catch (Refusal damaged) {
            return Optional.empty();
        }
    }

    private static boolean isPlain(StoredLease stored) {
        return stored.lease().lives() && stored.lease().revoked() == null && !stored.isOverdue();
    }

    /** One transaction for all; the one that fails goes its own way, and the rest is sent again. */
    private CompletionStage<Void> batch(List<Renewal> renewals, Map<LeaseId, RenewedBody> items) {
        if (renewals.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        String lane = renewals.get(0).stored().id().value();
        List<Operation> operations = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        List<Integer> writes = new ArrayList<>();
        for (int i = 0; i < renewals.size(); i++) {
            writes.add(operations.size());
            operations.add(renewals.get(i).write());
            operations.addAll(renewals.get(i).checks());
            while (owners.size() < operations.size()) {
                owners.add(i);
            }
        }
        Promise promise = Promise.from(timers);
        return nodes.store().commit(lane, operations).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Conflict conflict) {
                List<Renewal> rest = new ArrayList<>(renewals);
                Renewal failed = rest.remove((int) owners.get(conflict.index()));
                nodes.forget(failed.stored().id());
                return both(alone(failed.stored().id(), items), batch(rest, items));
            }
            if (outcome instanceof Outcome.Done done) {
                synchronized (items) {
                    for (int i = 0; i < renewals.size(); i++) {
                        Renewal renewal = renewals.get(i);
                        items.put(renewal.stored().id(), renewal.body(nodes, done, writes.get(i), promise, timers));
                    }
                }
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletionStage<Void> alone(LeaseId id, Map<LeaseId, RenewedBody> items) {
        return renew(id, (Duration) null).handle((body, failure) -> {
            RenewedBody item = failure == null ? body : failed(id, failure);
            synchronized (items) {
                items.put(id, item);
            }
            return null;
        });
    }

    private static RenewedBody failed(LeaseId id, Throwable failure) {
        Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof Refusal refusal)) {
            return unavailable(id);
        }
        if (refusal.code() == ErrorCode.LEASE_ENDED) {
            Map<String, @Nullable Object> fields = refusal.fields();
            return new RenewedBody(
                    id.value(),
                    "ENDED",
                    null,
                    null,
                    null,
                    null,
                    (EndedBy) fields.get("endedBy"),
                    (String) fields.get("endedAt"),
                    (String) fields.get("by"),
                    (String) fields.get("reason"));
        }
        return refusal.code() == ErrorCode.LEASE_UNKNOWN ? state(id, "UNKNOWN") : unavailable(id);
    }

    private static RenewedBody unavailable(LeaseId id) {
        return state(id, "UNAVAILABLE");
    }

    private static RenewedBody state(LeaseId id, String state) {
        return new RenewedBody(id.value(), state, null, null, null, null, null, null, null, null);
    }

    private Renewal renewal(StoredLease stored, @Nullable Long ttlMillis) {
        Lease.Revocation revoked = stored.lease().revoked();
        if (revoked != null) {
            throw Refusals.revoked(stored, revoked);
        }
        Lease filled = stored.filled();
        Lease content = ttlMillis == null ? filled : filled.withTtl(ttlMillis);
        List<Operation> checks = content.holds().stream()
                .filter(hold -> hold.state() == State.HELD && hold.place() != null)
                .flatMap(hold -> nodes.checkPlaces(hold.want(), String.valueOf(hold.place())).stream())
                .toList();
        return new Renewal(stored, content, (Operation.SetData) nodes.write(stored, content), checks);
    }

    private record Renewal(StoredLease stored, Lease content, Operation.SetData write, List<Operation> checks) {
        RenewedBody body(LeaseNodes nodes, Outcome.Done done, int index, Promise promise, Timers timers) {
            StoredLease written = nodes.written(stored.id(), content, done.stamp(index));
            return new RenewedBody(
                    stored.id().value(),
                    "LIVE",
                    promise.leftMillis(written, timers),
                    content.ttlMillis(),
                    Times.text(written.expiresAt()),
                    content.holdCount(),
                    null,
                    null,
                    null,
                    null);
        }
    }
}
