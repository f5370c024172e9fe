package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Invariant.Violation;
import io.tenure.simulation.NativeContender.Habits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One seeded schedule: servers that run the domain over the twin, clients and natives that contend, and faults; every transaction
 * is shown to the invariants.
 *
 * <p>After the storm nobody begins anything new, everything runs again, and within a minute all must have come to an end: no lease
 * and no place may be left.
 */
final class Simulation {
    private static final Paths PATHS = new Paths("/tenure");
    /** All sessions are back by then. */
    private static final Duration SETTLING = Duration.ofSeconds(12);

    /** Whatever is late has come by then. */
    private static final Duration LEAST_REST = Duration.ofSeconds(8);

    private static final int REST = 60;

    private final Plan plan;
    private final World world;
    private final TwinStore store;
    private final TwinAuditLog log;
    private final Ledger ledger;
    private final Beliefs beliefs;
    private final Fleet fleet;
    private final Tally tally;
    private final List<Client> clients = new ArrayList<>();
    private final List<Keeper> keepers = new ArrayList<>();
    private final List<Onlooker> onlookers;
    private final Natives natives;
    private final Guard guard;
    private final Operator operator;
    private final Storm storm;

    /**
     * A schedule of clients that contend for things of the kinds that take part.
     *
     * @param mutation a rule that is broken on purpose; null for none
     */
    static Simulation ofThings(long seed, @Nullable Mutation mutation, Tally tally) {
        return new Simulation(seed, Plan.drawn(seed), mutation, tally);
    }

    /** The same, where things are followed too. */
    static Simulation ofFollowedThings(long seed, @Nullable Mutation mutation, Tally tally) {
        return new Simulation(seed, Plan.drawn(seed).withOnlookers(), mutation, tally);
    }

    /** The same, where the servers are made read-only now and then. */
    static Simulation ofMaintainedThings(long seed, @Nullable Mutation mutation, Tally tally) {
        return new Simulation(seed, Plan.drawn(seed).withMaintenance(), mutation, tally);
    }

    /** A schedule of clients that take leases and hold nothing. */
    static Simulation ofLeases(long seed, Tally tally) {
        return new Simulation(seed, Plan.drawn(seed).withoutThings(), null, tally);
    }

    /** A schedule of natives alone that contend for things of all kinds. */
    static Simulation ofNatives(long seed, Tally tally) {
        Plan plan = Plan.drawn(seed, List.of(Recipe.values())).withNativesAlone(8);
        return new Simulation(seed, plan, null, tally);
    }

    private Simulation(long seed, Plan plan, @Nullable Mutation mutation, Tally tally) {
        this.plan = plan;
        this.tally = tally;
        this.world = new World(seed, plan.weather());
        this.store = new TwinStore(world).layOut(PATHS);
        Election election = new Election(world, store, PATHS);
        Entitled entitled = new Entitled(store, PATHS);
        this.beliefs = new Beliefs(world);
        this.natives = new Natives(store, PATHS, beliefs, tally);
        plan.things().stream()
                .filter(thing -> thing.recipe() == Recipe.SEMAPHORE)
                .forEach(this::permit);
        this.log = new TwinAuditLog(world);
        AuditExact audit = new AuditExact(store, log, this::base);
        TokensGrow tokens = new TokensGrow(this::base);
        Truth truth = new Truth(world, this::base, log::hasForgotten);
        this.ledger = new Ledger(
                world,
                store,
                PATHS,
                List.of(
                        entitled,
                        natives,
                        tokens,
                        new NeverEarly(),
                        new StaysClosed(),
                        new Together(),
                        audit,
                        new EndedStaysEnded(),
                        new LostWasGone(),
                        tally,
                        new Standstill(store, PATHS, plan, tally),
                        truth));
        this.fleet = new Fleet(world, plan.doubled());
        for (int i = 1; i <= plan.servers(); i++) {
            fleet.servers()
                    .add(new Server(
                            world,
                            store,
                            election,
                            PATHS,
                            "server-" + i,
                            port -> mutation == null ? port : mutation.over(port, PATHS, store),
                            this::software));
        }
        Caller caller = new Caller(world, fleet, truth, tally);
        this.guard = new Guard(world, caller, truth);
        Stranger stranger = new Stranger(world, store, plan, PATHS, entitled, beliefs, truth);
        this.operator = new Operator(world, store, PATHS, plan, caller, beliefs, stranger, this::base);
        this.storm = new Storm(world, store, plan, election, log, fleet.servers(), stranger);
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(new Client(world, caller, guard, beliefs, tokens, plan));
        }
        for (int i = 0; i < plan.keepers(); i++) {
            keepers.add(new Keeper(world, caller, guard, beliefs, tokens, plan, truth));
        }
        this.onlookers = plan.things().stream()
                .limit(plan.onlookers())
                .map(thing -> new Onlooker(world, store, PATHS, fleet, thing, tally))
                .toList();
        for (int i = 0; i < plan.natives(); i++) {
            Habits habits = new Habits(Duration.ofSeconds(2), 8);
            NativeContender.of(world, store, world.oneOf(plan.things()), natives, habits);
        }
    }

    private void permit(Thing semaphore) {
        store.commit(0, List.of(semaphore.permit(store, PATHS, plan.permits())));
        beliefs.permit(semaphore, plan.permits());
    }

    private Service software(Coordination port, Machine machine, TwinRole role) {
        LeaseSoftware software = plan.bare()
                ? new LeaseSoftware(world, PATHS, port, machine, log, base(), plan.maintained())
                : new LockSoftware(world, PATHS, port, machine, log, base(), plan.maintained());
        software.stand(role);
        return software;
    }

    private long base() {
        return Backup.base(store, PATHS);
    }

    /** Runs it to its end; throws a {@link Violation} when an invariant breaks. */
    void run() {
        clients.forEach(Client::start);
        keepers.forEach(Keeper::start);
        onlookers.forEach(Onlooker::start);
        natives.start();
        guard.start();
        operator.start();
        storm.begin();
        if (plan.backup()) {
            world.after(world.bits(plan.storm().toNanos() / 2), this::backup);
        }
        world.advance(plan.storm());
        natives.retire();
        storm.end();
        operator.maintainNoMore();
        if (!plan.fair().isZero()) {
            world.advance(SETTLING);
            onlookers.forEach(Onlooker::expectAll);
            new Prompt(world, store, PATHS, plan.things(), this::runs).start();
            world.advance(plan.fair());
        }
        clients.forEach(Client::retire);
        keepers.forEach(Keeper::retire);
        guard.retire();
        operator.retire();
        world.advance(LEAST_REST);
        for (int i = 0; i < REST && !leftovers().isEmpty(); i++) {
            world.advance(Duration.ofSeconds(1));
        }
        if (!leftovers().isEmpty()) {
            throw new Violation("after " + REST + " seconds of rest these are left: " + leftovers());
        }
        for (int i = 0; i < REST && !onlookers.stream().allMatch(Onlooker::isRight); i++) {
            world.advance(Duration.ofSeconds(1));
        }
        ledger.atEnd();
    }

    /** What has been noted of it. */
    List<String> trace() {
        return world.trace();
    }

    TwinStore store() {
        return store;
    }

    private boolean runs(String life) {
        return fleet.servers().stream()
                .anyMatch(server -> server.up() && server.machine().name().equals(life));
    }

    /** All servers stop, a copy is made, and they start again; some time later they stop once more and the copy is put back. */
    private void backup() {
        stopAll();
        Backup copy = new Backup(store, log, PATHS);
        fleet.servers().forEach(Server::restart);
        world.after(world.bits(plan.storm().toNanos() / 3), () -> {
            if (!storm.over()) {
                putBack(copy);
            }
        });
    }

    private void putBack(Backup copy) {
        stopAll();
        fleet.breakAll();
        Backup.leases(store, PATHS).forEach(beliefs::excuse);
        copy.restore();
        ledger.restored(Backup.standing(store, PATHS));
        natives.lose();
        tally.count("put back");
        fleet.servers().forEach(Server::restart);
    }

    private void stopAll() {
        fleet.servers().forEach(Server::resume);
        fleet.servers().forEach(Server::crash);
    }

    /** What nobody wants any more and is still there. */
    private List<String> leftovers() {
        List<String> left = new ArrayList<>();
        for (String shard : LeaseId.shards()) {
            left.addAll(store.children(PATHS.leases() + "/" + shard));
            left.addAll(store.children(PATHS.outbox() + "/" + shard));
        }
        plan.things().forEach(thing -> left.addAll(store.children(thing.directory(PATHS))));
        return left;
    }
}
