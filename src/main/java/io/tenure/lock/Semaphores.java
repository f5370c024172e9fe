package io.tenure.lock;

import io.tenure.api.PermitsBody;
import io.tenure.audit.Actor;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Admission;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Refusals;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Permits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how many permits semaphores have. Fewer than are out take nothing from anybody: nobody is granted whose place is not among the
 * first so many, as Curator's recipe decides too. Safe for use by many threads.
 */
public final class Semaphores {
    private static final int LOOKS = 10;
    private static final int MOST = 10_000;

    private final LeaseNodes nodes;
    private final Admission admission;
    private final Supplier<String> nonces;

    /** @param nonces a new UUID at each call */
    public Semaphores(LeaseNodes nodes, Admission admission, Supplier<String> nonces) {
        this.nodes = nodes;
        this.admission = admission;
        this.nonces = nonces;
    }

    /**
     * What a semaphore was given.
     *
     * @param created whether it had no permits before
     */
    public record Given(PermitsBody body, boolean created) {}

    /** Gives a semaphore so many permits. Again, the same answer. */
    public CompletionStage<Given> permit(Name name, @Nullable Integer permits, Actor actor) {
        if (permits == null || permits < 1 || permits > MOST) {
            return CompletableFuture.failedFuture(
                    Refusal.invalid("permits", "required, a whole number from 1 to " + MOST, permits));
        }
        return permit(name, permits, actor, LOOKS);
    }

    private CompletionStage<Given> permit(Name name, int permits, Actor actor, int looks) {
        return read(name).thenCompose(found -> {
            Optional<Permits> before = Permits.of(found.get(0));
            if (before.isPresent() && before.get().count() == permits) {
                return CompletableFuture.completedFuture(
                        given(name, permits, before.get().count(), false));
            }
            if (permits > before.map(Permits::count).orElse(0)) {
                // native clients would be let in at once
                admission.checkReadOnly();
            }
            String path = nodes.paths().permits(name);
            Operation write = before.isPresent()
                    ? new Operation.SetData(
                            path, Permits.bytes(permits), before.get().version())
                    : new Operation.Create(path, Permits.bytes(permits), Operation.Mode.PERSISTENT);
            List<Operation> operations =
                    List.of(write, record(name, before.map(Permits::count).orElse(0), permits, actor));
            return nodes.store().commit(name.value(), operations).thenCompose(outcome -> {
                if (outcome instanceof Outcome.Done) {
                    return CompletableFuture.completedFuture(
                            given(name, permits, before.map(Permits::count).orElse(null), before.isEmpty()));
                }
                return outcome instanceof Outcome.Conflict && looks > 0
                        ? nodes.store()
                                .sync(name.value())
                                .thenCompose(synced -> permit(name, permits, actor, looks - 1))
                        : CompletableFuture.failedFuture(Refusals.unavailable());
            });
        });
    }

    private Operation record(Name name, int before, int after, Actor actor) {
        LeaseId change = new LeaseId(nonces.get());
        return nodes.permitsRecord(change, name, after, "from " + before + " to " + after, actor);
    }

    private static Given given(Name name, int permits, @Nullable Integer before, boolean created) {
        return new Given(new PermitsBody(name.value(), permits, before), created);
    }

    private CompletionStage<List<Found>> read(Name name) {
        Query queue = new Query.Children(nodes.paths().directory(Kind.SEMAPHORE, name));
        return nodes.store().read(name.value(), List.of(Permits.query(nodes.paths(), name), queue));
    }

    /** Takes its permits from a semaphore that nobody holds or waits for. */
    public CompletionStage<PermitsBody> remove(Name name, Actor actor) {
        return remove(name, actor, LOOKS);
    }

    private CompletionStage<PermitsBody> remove(Name name, Actor actor, int looks) {
        return read(name).thenCompose(found -> {
            Optional<Permits> before = Permits.of(found.get(0));
            if (before.isEmpty()) {
                return CompletableFuture.failedFuture(
                        refused(ErrorCode.SEMAPHORE_UNKNOWN, name + " has no permits: nobody has given it any", name));
            }
            if (found.get(1) instanceof Found.Children children
                    && !children.names().isEmpty()) {
                int places = children.names().size();
                return CompletableFuture.failedFuture(refused(
                                ErrorCode.IN_USE,
                                places + " permits of " + name
                                        + " are out or waited for; give it fewer permits instead",
                                name)
                        .with("places", places));
            }
            // who comes in between is granted under permits that are then gone, or waits for others to be given
            List<Operation> operations = List.of(
                    new Operation.Delete(
                            nodes.paths().permits(name), before.get().version()),
                    record(name, before.get().count(), 0, actor));
            return nodes.store().commit(name.value(), operations).thenCompose(outcome -> {
                if (outcome instanceof Outcome.Done) {
                    return CompletableFuture.completedFuture(
                            new PermitsBody(name.value(), 0, before.get().count()));
                }
                return outcome instanceof Outcome.Conflict && looks > 0
                        ? nodes.store().sync(name.value()).thenCompose(synced -> remove(name, actor, looks - 1))
                        : CompletableFuture.failedFuture(Refusals.unavailable());
            });
        });
    }

    private static Refusal refused(ErrorCode code, String detail, Name name) {
        return Refusal.of(code, detail).with("kind", Kind.SEMAPHORE.wire()).with("name", name.value());
    }
}
