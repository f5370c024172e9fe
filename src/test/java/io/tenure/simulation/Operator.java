package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Somebody who runs the place: sets how many permits semaphores have, hands offices to other candidates, and makes servers read-only. */
final class Operator {
    private static final Duration REGRET = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final int MOST_PERMITS = 4;
    private static final int MOST_ASKED = 10;

    private final World world;
    private final TwinStore store;
    private final Paths paths;
    private final Plan plan;
    private final Caller caller;
    private final Beliefs beliefs;
    private final Stranger stranger;
    private final LongSupplier base;
    private boolean retired;
    private boolean maintains = true;

    /** @param base the token base */
    Operator(
            World world,
            TwinStore store,
            Paths paths,
            Plan plan,
            Caller caller,
            Beliefs beliefs,
            Stranger stranger,
            LongSupplier base) {
        this.world = world;
        this.store = store;
        this.paths = paths;
        this.plan = plan;
        this.caller = caller;
        this.beliefs = beliefs;
        this.stranger = stranger;
        this.base = base;
    }

    void start() {
        if (plan.operator()) {
            actSoon();
        }
        if (plan.maintained()) {
            switchOnSoon();
        }
    }

    private void switchOnSoon() {
        world.after(world.bits(LONGEST_PAUSE.toNanos()), () -> {
            if (maintains) {
                readOnly(true);
                world.after(world.bits(LONGEST_PAUSE.toNanos()), () -> {
                    readOnly(false);
                    switchOnSoon();
                });
            }
        });
    }

    /** Makes the servers read-only no more, and asks for the end of it until no earlier request can come after that. */
    void maintainNoMore() {
        maintains = false;
        for (int i = 0; plan.maintained() && i < MOST_ASKED; i++) {
            world.after(i * REGRET.toNanos() * 5, () -> readOnly(false));
        }
    }

    private void readOnly(boolean on) {
        caller.call(null, PATIENCE, (service, presence) -> service.readOnly(on), any -> {}, () -> {});
    }

    /** Does no more. */
    void retire() {
        retired = true;
    }

    private void actSoon() {
        world.after(world.bits(LONGEST_PAUSE.toNanos()), () -> {
            if (!retired) {
                act(world.oneOf(plan.things()));
                actSoon();
            }
        });
    }

    private void act(Thing thing) {
        if (thing.recipe() == Recipe.SEMAPHORE) {
            permit(thing, 1 + world.below(MOST_PERMITS));
            if (world.chance(0.5)) {
                // who is being let in by the one meets the other
                world.after(world.bits(REGRET.toNanos()), () -> permit(thing, 1));
            }
        } else if (thing.recipe() == Recipe.ELECTION) {
            List<String> queue = thing.queue(store, paths);
            if (queue.size() > 1) {
                transfer(thing, queue.get(0), world.oneOf(queue.subList(1, queue.size())));
            }
        }
    }

    private void permit(Thing semaphore, int permits) {
        beliefs.permit(semaphore, permits);
        caller.call(
                null, PATIENCE, (service, presence) -> service.permit(semaphore.name(), permits), any -> {}, () -> {});
    }

    private void transfer(Thing election, String from, String to) {
        String leader = Recipe.lease(from);
        String candidate = store.node(election.directory(paths) + "/" + to)
                .map(node -> new String(node.data(), UTF_8))
                .orElse("");
        long term = store.node(paths.lease(new LeaseId(leader)))
                .map(LeaseView::of)
                .filter(view -> view.holds().containsKey(election.toString()))
                .map(view -> term(view, view.hold(election.toString())))
                .orElse(0L);
        boolean immediately = world.chance(0.5);
        if (immediately || beliefs.isKept(leader)) {
            beliefs.excuse(leader);
        }
        stranger.meet(election);
        caller.call(
                null,
                PATIENCE,
                (service, presence) -> service.transfer(election.name(), candidate, term, immediately),
                any -> {},
                () -> {});
    }

    private long term(LeaseView lease, HoldView hold) {
        Long token = hold.token();
        return token != null ? token : base.getAsLong() + lease.writtenBy();
    }
}
