package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
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
    private static final Duration REST = Duration.ofSeconds(60);

    private final Plan plan;
    private final World world;
    private final TwinStore store;
    private final Election election;
    private final OneHolder oneHolder;
    private final Ledger ledger;
    private final Beliefs beliefs;
    private final Fleet fleet;
    private final List<Client> clients = new ArrayList<>();
    private final List<NativeContender> natives = new ArrayList<>();
    private boolean storm = true;

    /** A schedule of clients that contend for locks. */
    static Simulation ofLocks(long seed, Server.Software software, @Nullable Mutation mutation) {
        return new Simulation(seed, Plan.drawn(seed), software, mutation);
    }

    /** A schedule of clients that take leases and no locks. */
    static Simulation ofLeases(long seed, Server.Software software) {
        return new Simulation(seed, Plan.drawn(seed).withoutLocks(), software, null);
    }

    private Simulation(long seed, Plan plan, Server.Software software, @Nullable Mutation mutation) {
        this.plan = plan;
        this.world = new World(seed, plan.weather());
        this.store = new TwinStore(world).layOut(PATHS);
        this.election = new Election(world, store, PATHS);
        this.oneHolder = new OneHolder(store, PATHS);
        this.beliefs = new Beliefs(world);
        TokensGrow tokens = new TokensGrow();
        this.ledger = new Ledger(
                world,
                store,
                PATHS,
                List.of(oneHolder, tokens, new NeverEarly(), new AuditExact(), new EndedStaysEnded()));
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
                            software));
        }
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(new Client(world, fleet, beliefs, tokens, plan));
        }
        for (int i = 0; i < plan.natives(); i++) {
            String directory = PATHS.directory(Kind.LOCK, world.oneOf(plan.locks()));
            natives.add(new NativeContender(world, store, directory, Duration.ofSeconds(2), 8));
        }
    }

    /** Runs it to its end; throws a {@link Violation} when an invariant breaks. */
    void run() {
        clients.forEach(Client::start);
        natives.forEach(NativeContender::start);
        faultSoon();
        reapSoon();
        world.advance(plan.storm());
        storm = false;
        clients.forEach(Client::retire);
        natives.forEach(NativeContender::retire);
        fleet.servers().forEach(Server::restart);
        fleet.servers().forEach(Server::resume);
        world.advance(REST);
        assertAtRest();
        ledger.atEnd();
    }

    /** What has been noted of it. */
    List<String> trace() {
        return world.trace();
    }

    TwinStore store() {
        return store;
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
        } else if (dice < 90) {
            world.note(() -> "the role of coordinator passes");
            election.change();
        } else if (plan.robber()) {
            rob();
        }
    }

    /** A stranger who does not keep to the protocol removes a place. */
    private void rob() {
        String directory = PATHS.directory(Kind.LOCK, world.oneOf(plan.locks()));
        List<String> places = store.children(directory).stream()
                .filter(name -> store.node(directory + "/" + name)
                        .map(node -> node.owner() == 0)
                        .orElse(false))
                .toList();
        if (!places.isEmpty()) {
            String place = directory + "/" + world.oneOf(places);
            world.note(() -> "a stranger removes " + place);
            oneHolder.rob(place);
            beliefs.excuse(OneHolder.lease(place));
            store.commit(STRANGER, List.of(new Operation.Delete(place, -1)));
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

    private void assertAtRest() {
        for (String shard : LeaseId.shards()) {
            List<String> leases = store.children(PATHS.leases() + "/" + shard);
            if (!leases.isEmpty()) {
                throw new Violation("after a minute of rest a lease is left: " + leases);
            }
        }
        plan.locks().forEach(lock -> {
            List<String> places = store.children(PATHS.directory(Kind.LOCK, lock));
            if (!places.isEmpty()) {
                throw new Violation("after a minute of rest " + lock + " has places left: " + places);
            }
        });
    }
}
