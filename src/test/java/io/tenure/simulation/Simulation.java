package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Watcher;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Invariant.Violation;
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
    private static final long STRANGER = -1;
    /** All sessions are back by then. */
    private static final Duration SETTLING = Duration.ofSeconds(12);

    private static final int LEAST_REST = 8;
    private static final int REST = 60;

    private final Plan plan;
    private final World world;
    private final TwinStore store;
    private final Election election;
    private final TwinAuditLog log;
    private final AuditExact audit;
    private final Truth truth;
    private final OneHolder oneHolder;
    private final Ledger ledger;
    private final Beliefs beliefs;
    private final Fleet fleet;
    private final List<Client> clients = new ArrayList<>();
    private final List<Keeper> keepers = new ArrayList<>();
    private final List<NativeContender> natives = new ArrayList<>();
    private boolean storm = true;

    /**
     * A schedule of clients that contend for locks.
     *
     * @param mutation a rule that is broken on purpose; null for none
     */
    static Simulation ofLocks(long seed, @Nullable Mutation mutation, Tally tally) {
        return new Simulation(seed, Plan.drawn(seed), mutation, tally);
    }

    /** A schedule of clients that take leases and no locks. */
    static Simulation ofLeases(long seed, Tally tally) {
        return new Simulation(seed, Plan.drawn(seed).withoutLocks(), null, tally);
    }

    private Simulation(long seed, Plan plan, @Nullable Mutation mutation, Tally tally) {
        this.plan = plan;
        this.world = new World(seed, plan.weather());
        this.store = new TwinStore(world).layOut(PATHS);
        this.election = new Election(world, store, PATHS);
        this.oneHolder = new OneHolder(store, PATHS);
        this.beliefs = new Beliefs(world);
        this.log = new TwinAuditLog(world);
        this.audit = new AuditExact(log);
        TokensGrow tokens = new TokensGrow();
        this.truth = new Truth(world);
        this.ledger = new Ledger(
                world,
                store,
                PATHS,
                List.of(oneHolder, tokens, new NeverEarly(), audit, new EndedStaysEnded(), tally, truth));
        this.fleet = new Fleet(world, plan.doubled());
        for (int i = 1; i <= plan.servers(); i++) {
            fleet.servers()
                    .add(new Server(
                            world,
                            store,
                            election,
                            PATHS,
                            "server-" + i,
                            port -> mutation == null ? port : new Mutant(port, mutation, PATHS),
                            this::software));
        }
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(new Client(world, fleet, beliefs, tokens, plan, tally, truth));
        }
        for (int i = 0; i < plan.keepers(); i++) {
            keepers.add(new Keeper(world, fleet, beliefs, tokens, plan, truth));
        }
        for (int i = 0; i < plan.natives(); i++) {
            String directory = PATHS.directory(Kind.LOCK, world.oneOf(plan.locks()));
            natives.add(new NativeContender(world, store, directory, Duration.ofSeconds(2), 8));
        }
    }

    private Service software(Coordination port, Machine machine, TwinRole role) {
        LeaseSoftware software = plan.bare()
                ? new LeaseSoftware(world, PATHS, port, machine, log)
                : new LockSoftware(world, PATHS, port, machine, log);
        software.stand(role);
        return software;
    }

    /** Runs it to its end; throws a {@link Violation} when an invariant breaks. */
    void run() {
        clients.forEach(Client::start);
        keepers.forEach(Keeper::start);
        natives.forEach(NativeContender::start);
        if (plan.robber()) {
            store.follow(this::lurk);
        }
        faultSoon();
        reapSoon();
        world.advance(plan.storm());
        storm = false;
        natives.forEach(NativeContender::retire);
        fleet.servers().forEach(Server::restart);
        fleet.servers().forEach(Server::resume);
        log.steady();
        if (!plan.fair().isZero()) {
            world.advance(SETTLING);
            new Prompt(world, store, PATHS, plan.locks(), this::runs).start();
            world.advance(plan.fair());
        }
        clients.forEach(Client::retire);
        keepers.forEach(Keeper::retire);
        for (int i = 0; i < REST && (i < LEAST_REST || !leftovers().isEmpty()); i++) {
            world.advance(Duration.ofSeconds(1));
        }
        if (!leftovers().isEmpty()) {
            throw new Violation("after " + REST + " seconds of rest these are left: " + leftovers());
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

    private void faultSoon() {
        world.after(world.bits(2 * plan.faultEvery().toNanos()), () -> {
            if (storm) {
                fault(world.oneOf(fleet.servers()));
                faultSoon();
            }
        });
    }

    private void fault(Server server) {
        int dice = world.below(100);
        if (dice < 45) {
            server.cut();
        } else if (dice < 60) {
            server.pause();
            world.after(world.between(Duration.ofMillis(50), Duration.ofSeconds(7)), server::resume);
        } else if (dice < 75) {
            server.crash();
            world.after(world.between(Duration.ofMillis(100), Duration.ofSeconds(5)), server::restart);
        } else if (dice < 80) {
            world.note(() -> "the database goes away");
            log.goAway();
        } else if (dice < 95) {
            world.note(() -> "the role of coordinator passes");
            election.change();
        } else if (plan.robber()) {
            rob(PATHS.directory(Kind.LOCK, world.oneOf(plan.locks())), world.chance(0.5));
        }
    }

    /** A stranger who does not keep to the protocol removes a place, perhaps the first. */
    private void rob(String directory, boolean theFirst) {
        List<String> places = store.children(directory).stream()
                .sorted(OneHolder.ORDER)
                .filter(name -> store.node(directory + "/" + name)
                        .map(node -> node.owner() == 0)
                        .orElse(false))
                .toList();
        if (!places.isEmpty()) {
            String place = directory + "/" + (theFirst ? places.get(0) : world.oneOf(places));
            world.note(() -> "a stranger removes " + place);
            oneHolder.rob(place);
            beliefs.excuse(OneHolder.lease(place));
            truth.rob(OneHolder.lease(place));
            store.commit(STRANGER, List.of(new Operation.Delete(place, -1)));
        }
    }

    /** A stranger who strikes just when a place has become the first. */
    private void lurk(Transaction transaction) {
        for (Touch touch : transaction.touches()) {
            String directory = TwinTree.parent(touch.path());
            if (touch.change() == Watcher.Change.DELETED
                    && TwinTree.parent(directory).equals(PATHS.directories(Kind.LOCK))
                    && transaction.session() != STRANGER
                    && storm
                    && world.chance(0.3)) {
                world.after(world.latency() * 3, () -> rob(directory, true));
            }
        }
    }

    private void reapSoon() {
        world.after(world.bits(1_000_000_000L), () -> {
            store.spentContainers().forEach(container -> {
                if (world.chance(0.5)) {
                    store.reap(container);
                }
            });
            reapSoon();
        });
    }

    /** What nobody wants any more and is still there. */
    private List<String> leftovers() {
        List<String> left = new ArrayList<>();
        for (String shard : LeaseId.shards()) {
            left.addAll(store.children(PATHS.leases() + "/" + shard));
            left.addAll(store.children(PATHS.outbox() + "/" + shard));
        }
        plan.locks().forEach(lock -> left.addAll(store.children(PATHS.directory(Kind.LOCK, lock))));
        return left;
    }
}
