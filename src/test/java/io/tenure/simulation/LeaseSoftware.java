package io.tenure.simulation;

import io.tenure.audit.Actor;
import io.tenure.audit.Drain;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Paths;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Abandoned;
import io.tenure.lease.Admission;
import io.tenure.lease.EndedSweep;
import io.tenure.lease.Ender;
import io.tenure.lease.Endings;
import io.tenure.lease.Expiry;
import io.tenure.lease.Hanging;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lease.ReadOnly;
import io.tenure.lease.Recent;
import io.tenure.lease.Renewals;
import io.tenure.lease.Terms;
import io.tenure.lease.Watching;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Presence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server that has leases and nothing to hold: a wish is granted as a bare lease. */
class LeaseSoftware implements Service {
    static final Limits LIMITS = new Limits(
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            Duration.ofMillis(300),
            null,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            1_000,
            100_000,
            500_000,
            500,
            2_000,
            16,
            64,
            64 * 1024,
            4 * 1024,
            100_000);

    /** Short, so that the ages of leases are kept and taken over within the seconds of a schedule. */
    private static final Duration QUIET = Duration.ofMillis(300);

    private static final String NOTHING_TO_HOLD = "there are leases here, and nothing to hold";

    final World world;
    final LeaseNodes nodes;
    final Ender ender;
    final Endings endings;
    final Abandoned abandoned;
    final Hanging hanging = new Hanging();
    final ReadOnly readOnly;
    final Admission admission;
    final Leases leases;
    final Renewals renewals;
    final Expiry expiry;
    final EndedSweep sweep;
    final Drain drain;

    /**
     * @param tokenBase what the store says of it when the server starts
     * @param maintained whether it can be made read-only
     */
    LeaseSoftware(
            World world,
            Paths paths,
            Coordination store,
            Machine machine,
            TwinAuditLog log,
            long tokenBase,
            boolean maintained) {
        this.world = world;
        readOnly = new ReadOnly(store, paths, machine);
        Coordination port = maintained ? new Heeding(world, store, paths, readOnly) : store;
        if (maintained) {
            var unused = readOnly.follow();
        }
        nodes = new LeaseNodes(port, paths, machine.name(), tokenBase, new Recent(machine, LIMITS.endedMemory()));
        ender = new Ender(nodes);
        endings = new Endings(nodes, log);
        abandoned = new Abandoned(
                nodes, ender, machine, world.weather().sessionTimeout().multipliedBy(2));
        admission = new Admission(
                LIMITS,
                () -> 0,
                () -> 0,
                () -> 0,
                Optional::empty,
                () -> maintained ? readOnly.refusal() : Optional.empty());
        Watching watching = new Watching(nodes, machine, hanging);
        leases = new Leases(nodes, ender, endings, abandoned, watching, admission, machine, this::nonce);
        renewals = new Renewals(nodes, ender, endings, LIMITS, machine);
        expiry = new Expiry(nodes, ender, LIMITS, machine, QUIET);
        sweep = new EndedSweep(nodes, LIMITS, machine);
        drain = new Drain(port, paths, tokenBase, log, machine, log.executor(machine), 50);
    }

    void stand(TwinRole role) {
        role.stand(List.of(expiry, sweep, drain));
    }

    String nonce() {
        return Long.toHexString(world.bits());
    }

    LeaseId newId() {
        return new LeaseId(new UUID(world.bits(), world.bits()).toString());
    }

    static Terms terms(Wish wish) {
        return new Terms(wish.ttl(), "client", wish.maxHold(), Map.of());
    }

    @Override
    public CompletionStage<Answer> acquire(Wish wish, Presence presence) {
        LeaseId id = wish.named() ? wish.lease() : newId();
        return answered(leases.grant(id, wish.named(), terms(wish), Actor.SERVICE)
                .thenApply(granted -> new Answer.Held(id, 0)));
    }

    @Override
    public CompletionStage<Answer> readOnly(boolean on) {
        return answered((on ? readOnly.on("asked", "operator", Actor.SERVICE) : readOnly.off())
                .thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> attach(Wish wish, Presence presence) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    @Override
    public CompletionStage<Answer> acquireAll(
            List<Share> shares, LeaseId lease, Duration ttl, Duration patience, Presence presence) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    @Override
    public CompletionStage<Answer> grant(LeaseId lease, Duration ttl) {
        Terms terms = new Terms(ttl, "keeper", null, Map.of());
        return answered(leases.grant(lease, true, terms, Actor.SERVICE).thenApply(granted -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> renewAll(List<LeaseId> ids) {
        return answered(renewals.renew(ids).thenApply(body -> {
            if (body.live() == ids.size()) {
                return new Answer.Done();
            }
            boolean cannotTell =
                    body.items().stream().anyMatch(item -> item.state().equals("UNAVAILABLE"));
            return new Answer.Refused(cannotTell ? ErrorCode.STORE_UNAVAILABLE : ErrorCode.LEASE_ENDED);
        }));
    }

    @Override
    public CompletionStage<Answer> releaseLease(LeaseId lease) {
        return answered(leases.release(lease, null, Actor.SERVICE).thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> renew(LeaseId lease, @Nullable Duration ttl) {
        return answered(renewals.renew(lease, ttl).thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> release(Thing thing, LeaseId lease) {
        return releaseLease(lease);
    }

    @Override
    public CompletionStage<Answer> cancel(LeaseId lease) {
        return answered(leases.cancel(lease, null, Actor.SERVICE).thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> revoke(Thing thing, LeaseId lease, boolean immediately) {
        return answered(leases.revoke(lease, "asked", immediately, "operator", Actor.SERVICE)
                .thenApply(done -> new Answer.Done()));
    }

    @Override
    public CompletionStage<Answer> check(Thing thing, long token) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    @Override
    public CompletionStage<Answer> downgrade(Name rwlock, LeaseId lease) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    @Override
    public CompletionStage<Answer> transfer(Name election, String to, long term, boolean immediately) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    @Override
    public CompletionStage<Answer> permit(Name semaphore, int permits) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    @Override
    public Runnable follow(Thing thing, Consumer<Shown> told) {
        throw new UnsupportedOperationException(NOTHING_TO_HOLD);
    }

    /** Turns a refusal into an answer; any other failure is a fault of the service and ends the simulation. */
    static CompletionStage<Answer> answered(CompletionStage<? extends Answer> stage) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        stage.whenComplete((done, failure) -> {
            if (failure == null) {
                answer.complete(done);
            } else if (cause(failure) instanceof Refusal refusal) {
                answer.complete(new Answer.Refused(refusal.code()));
            } else {
                throw new IllegalStateException("a request ended in a fault", failure);
            }
        });
        return answer;
    }

    private static @Nullable Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }
}
