package io.tenure.simulation;

import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * Clients that ask for everything there is, at any server, and do not care about the answers: much happens, and whoever looks at the store
 * meanwhile sees no two moments alike.
 */
final class BackupCrowd {
    static final List<Thing> THINGS = List.of(
            Thing.of("lock/a"),
            Thing.of("lock/b"),
            Thing.of("rwlock/c"),
            Thing.of("semaphore/d"),
            Thing.of("election/e"));

    private static final int MOST_LEASES = 20;

    private final World world;
    private final List<LockSoftware> servers;
    private final Map<LeaseId, Wish> wishes = new TreeMap<>();
    private final List<LeaseId> leases = new ArrayList<>();
    private boolean over;
    private int acted;

    BackupCrowd(World world, List<LockSoftware> servers) {
        this.world = world;
        this.servers = servers;
    }

    /** Begins with permits and some leases, and goes on until {@link #stop}. */
    void begin() {
        world.await(servers.get(0).permit(new Name("d"), 3));
        for (int i = 0; i < 3; i++) {
            act();
        }
    }

    void stop() {
        over = true;
    }

    int acted() {
        return acted;
    }

    /** What was asked for with a lease of the client's own, by its id. */
    Map<LeaseId, Wish> wishes() {
        return wishes;
    }

    private void act() {
        if (over) {
            return;
        }
        acted++;
        LockSoftware server = world.oneOf(servers);
        Thing thing = world.oneOf(THINGS);
        LeaseId lease = leases.isEmpty() ? fresh() : world.oneOf(leases);
        switch (world.below(18)) {
            case 0, 1, 2, 3, 4 -> acquire(server, thing);
            case 5 -> acquireBoth(server);
            case 6 -> server.grant(fresh(), ttl());
            case 7, 8 -> server.attach(wish(thing, lease, true), Presence.ALWAYS);
            case 9 -> server.renew(lease, null);
            case 10, 11 -> server.release(thing, lease);
            case 12 -> server.releaseLease(lease);
            case 13 -> server.revoke(thing, lease, world.chance(0.5));
            case 14, 15 -> lately(THINGS.get(2)).ifPresent(writer -> server.downgrade(new Name("c"), writer));
            default -> {
                if (world.chance(0.2)) {
                    server.permit(new Name("d"), 1 + world.below(5));
                } else {
                    lately(THINGS.get(4)).ifPresent(to -> transfer(server, candidate(to)));
                }
            }
        }
        if (leases.size() > MOST_LEASES) {
            server.releaseLease(leases.remove(world.below(leases.size())));
        }
        world.after(world.between(Duration.ofMillis(1), Duration.ofMillis(40)), this::act);
    }

    /** Whom the thing is likely to know. */
    private Optional<LeaseId> lately(Thing thing) {
        List<LeaseId> some = leases.stream()
                .filter(lease ->
                        wishes.containsKey(lease) && wishes.get(lease).thing().equals(thing))
                .toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(world.oneOf(some));
    }

    private static String candidate(LeaseId lease) {
        return "c-" + lease.value().substring(0, 8);
    }

    /** To whoever leads now, read off the store as nobody can. */
    private void transfer(LockSoftware server, String to) {
        List<Long> now = terms.apply("election e");
        if (!now.isEmpty()) {
            server.transfer(new Name("e"), to, now.get(0), world.chance(0.5));
        }
    }

    /** Which tokens hold a thing now. */
    Function<String, List<Long>> terms = thing -> List.of();

    private void acquire(LockSoftware server, Thing thing) {
        Wish wish = wish(thing, fresh(), false);
        wishes.put(wish.lease(), wish);
        server.acquire(wish, Presence.ALWAYS);
    }

    private void acquireBoth(LockSoftware server) {
        List<Share> shares = List.of(THINGS.get(0).share(), THINGS.get(2).share());
        server.acquireAll(shares, fresh(), ttl(), Duration.ofSeconds(2), Presence.ALWAYS);
    }

    private Wish wish(Thing thing, LeaseId lease, boolean attached) {
        int count = thing.recipe() == Recipe.SEMAPHORE ? 1 + world.below(2) : 1;
        boolean reads = thing.recipe() == Recipe.RWLOCK && world.chance(0.6);
        String candidate = thing.recipe() == Recipe.ELECTION ? candidate(lease) : null;
        Duration patience = Duration.ofMillis(world.below(3) * 1_500L);
        Share share = new Share(thing, reads, count);
        return new Wish(
                share,
                candidate,
                lease,
                !attached || world.chance(0.5),
                ttl(),
                patience,
                world.chance(0.7),
                null,
                null,
                null);
    }

    private static Duration ttl() {
        return Duration.ofSeconds(60);
    }

    private LeaseId fresh() {
        LeaseId id = new LeaseId(new UUID(world.bits(), world.bits()).toString());
        leases.add(id);
        return id;
    }
}
