package io.tenure.simulation;

import java.time.Duration;
import java.util.List;

/**
 * What goes wrong with the servers and the database, as long as it lasts: at any moment, and at the moment that is the worst, right
 * behind a write that has not been answered yet.
 */
final class Storm {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(7);
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(5);

    private final World world;
    private final TwinStore store;
    private final Plan plan;
    private final Election election;
    private final TwinAuditLog log;
    private final List<Server> servers;
    private final Stranger stranger;
    private boolean over;

    Storm(
            World world,
            TwinStore store,
            Plan plan,
            Election election,
            TwinAuditLog log,
            List<Server> servers,
            Stranger stranger) {
        this.world = world;
        this.store = store;
        this.plan = plan;
        this.election = election;
        this.log = log;
        this.servers = servers;
        this.stranger = stranger;
    }

    void begin() {
        if (plan.robber()) {
            stranger.lurk();
        }
        store.follow(this::behind);
        faultSoon();
        reapSoon();
    }

    /** Nothing goes wrong any more, and everything runs again. */
    void end() {
        over = true;
        stranger.leave();
        servers.forEach(Server::restart);
        servers.forEach(Server::resume);
        log.steady();
    }

    boolean over() {
        return over;
    }

    private void behind(Transaction transaction) {
        if (!over && world.chance(plan.strikes())) {
            for (Server server : servers) {
                if (server.has(transaction.session())) {
                    world.after(0, () -> strike(server));
                }
            }
        }
    }

    private void strike(Server server) {
        switch (world.below(3)) {
            case 0 -> pause(server);
            case 1 -> crash(server);
            default -> server.cut();
        }
    }

    private void faultSoon() {
        world.after(world.bits(2 * plan.faultEvery().toNanos()), () -> {
            if (!over) {
                fault(world.oneOf(servers));
                faultSoon();
            }
        });
    }

    private void fault(Server server) {
        int dice = world.below(100);
        if (dice < 40) {
            server.cut();
        } else if (dice < 45) {
            server.expire();
        } else if (dice < 60) {
            pause(server);
        } else if (dice < 75) {
            crash(server);
        } else if (dice < 80) {
            world.note(() -> "the database goes away");
            log.goAway();
        } else if (dice < 95) {
            world.note(() -> "the role of coordinator passes");
            election.change();
        } else if (plan.robber()) {
            stranger.strike();
        }
    }

    private void pause(Server server) {
        server.pause();
        world.after(world.between(Duration.ofMillis(50), LONGEST_PAUSE), server::resume);
    }

    private void crash(Server server) {
        server.crash();
        world.after(world.between(Duration.ofMillis(100), LONGEST_DEATH), server::restart);
    }

    /** The store removes directories that have been used and are empty, at any moment, also in good weather. */
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
}
