package io.tenure.simulation;

import io.tenure.name.LeaseId;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A client that keeps to the rules, round after round: it takes something, renews, gives it back. It repeats what is not answered, or
 * gives up, or vanishes; it counts its TTL from before the request that was answered, and stops believing when that has run out.
 */
final class Client {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final World world;
    private final Caller caller;
    private final Guard guard;
    private final Beliefs beliefs;
    private final TokensGrow tokens;
    private final Plan plan;
    private boolean retired;

    /** One attempt to hold something, from its first request to its end. */
    private final class Round {
        final Wish wish;
        /** What it holds, once it does: a writer may become a reader. */
        Share share;

        final long firstSent = world.nanos();
        LeaseId lease;
        int requests;
        boolean over;
        long leaveAt;
        /** The shortest that it ever asked for: a renewal that is late may be carried out after those that came later. */
        Duration ttl;

        Round(Wish wish) {
            this.wish = wish;
            this.share = wish.share();
            this.lease = wish.lease();
            this.ttl = wish.ttl();
        }

        /** Until when a request that was sent then lets it hold, as a client counts whose clock may be a little slow. */
        long counts(long sent) {
            return Math.min(sent + ttl.toNanos() / 1_000 * 995, longest());
        }

        /** Until when it may hold at the longest. */
        long longest() {
            Duration maxHold = wish.maxHold();
            return maxHold == null ? Long.MAX_VALUE : firstSent + maxHold.toNanos() / 1_000 * 995;
        }
    }

    Client(World world, Caller caller, Guard guard, Beliefs beliefs, TokensGrow tokens, Plan plan) {
        this.world = world;
        this.caller = caller;
        this.guard = guard;
        this.beliefs = beliefs;
        this.tokens = tokens;
        this.plan = plan;
    }

    void start() {
        world.after(world.bits(2_000_000_000L), this::next);
    }

    /** Begins no more rounds. */
    void retire() {
        retired = true;
    }

    private void next() {
        if (retired) {
            return;
        }
        if (!plan.bare() && world.chance(0.04)) {
            revoke();
            return;
        }
        Duration patience = world.chance(0.5) ? Duration.ZERO : millis(200, 4_000);
        Thing thing = world.oneOf(plan.things());
        LeaseId lease = new LeaseId(new UUID(world.bits(), world.bits()).toString());
        Wish wish = new Wish(
                plan.share(world, thing),
                Plan.candidate(thing, lease),
                lease,
                world.chance(0.7),
                millis(1_000, 3_000),
                patience,
                world.chance(0.3),
                world.chance(0.1) ? Long.valueOf(1_000 + world.below(2_000)) : null,
                world.chance(0.2) ? Long.valueOf(1_000 + world.below(2_000)) : null,
                world.chance(0.1) ? millis(1_000, 4_000) : null);
        ask(new Round(wish));
    }

    /** Somebody else ends what another holds. */
    private void revoke() {
        Thing thing = world.oneOf(plan.things());
        boolean immediately = world.chance(0.5);
        Optional<LeaseId> holder = beliefs.holder(thing).map(LeaseId::new);
        if (holder.isEmpty()) {
            world.after(100_000_000L, this::next);
            return;
        }
        if (immediately || beliefs.isKept(holder.get().value())) {
            beliefs.excuse(holder.get().value());
        }
        caller.call(
                holder.get(),
                PATIENCE,
                (service, presence) -> service.revoke(thing, holder.get(), immediately),
                any -> world.after(100_000_000L, this::next),
                () -> world.after(100_000_000L, this::next));
    }

    private void rest(Round round) {
        round.over = true;
        beliefs.doubt(round.wish.thing(), round.lease.value());
        world.after(world.bits(800_000_000L), this::next);
    }

    private void ask(Round round) {
        round.requests++;
        caller.call(
                round.wish.named() ? round.lease : null,
                round.wish.patience().plus(PATIENCE),
                (service, presence) -> service.acquire(round.wish, presence),
                answer -> answered(round, answer),
                () -> unanswered(round));
    }

    private void answered(Round round, Answer answer) {
        if (answer instanceof Answer.Held held) {
            round.lease = held.lease();
            if (!plan.bare()) {
                tokens.tell(held.lease().value(), round.wish.thing().toString(), held.token());
                guard.show(round.wish.thing(), held.lease().value(), held.token());
            }
            round.leaveAt = world.nanos() + world.bits(world.chance(0.5) ? 300_000_000L : 4_000_000_000L);
            hold(round, round.counts(round.firstSent));
        } else if (answer instanceof Answer.Queued queued) {
            round.lease = queued.lease();
            if (world.chance(0.15) || round.requests > 8) {
                leave(round);
            } else if (world.chance(0.05) || !round.wish.named()) {
                rest(round);
            } else {
                world.after(world.bits(300_000_000L), () -> ask(round));
            }
        } else if (answer instanceof Answer.Refused refused) {
            switch (refused.code()) {
                case STORE_UNAVAILABLE, SERVER_STOPPING, AUDIT_BACKLOG, READ_ONLY -> unanswered(round);
                default -> rest(round);
            }
        } else {
            rest(round);
        }
    }

    private void unanswered(Round round) {
        if (round.wish.named() && round.requests < 6 && world.chance(0.8)) {
            world.after(world.bits(400_000_000L), () -> ask(round));
        } else if (round.wish.named() && world.chance(0.7)) {
            // It gives up on a request that may yet be carried out.
            caller.call(
                    null,
                    PATIENCE,
                    (service, presence) -> service.cancel(round.lease),
                    any -> rest(round),
                    () -> rest(round));
        } else {
            rest(round);
        }
    }

    private void hold(Round round, long until) {
        long now = world.nanos();
        if (round.over) {
            return;
        }
        if (until > now) {
            if (!plan.bare()) {
                beliefs.believe(round.share, round.lease.value(), until);
            }
            if (now >= round.leaveAt) {
                leave(round);
                return;
            }
        } else if (now >= round.longest()) {
            leave(round);
            return;
        }
        if (world.chance(0.04)) {
            // It vanishes; what it believes ends by itself.
            round.over = true;
            world.after(6_000_000_000L, this::next);
            return;
        }
        if (!plan.bare()
                && round.share.thing().recipe() == Recipe.RWLOCK
                && !round.share.reads()
                && until > now
                && world.chance(0.2)) {
            downgrade(round, until);
            return;
        }
        long pause = until > now ? world.bits(round.ttl.toNanos() / 2) : 0;
        // Sometimes it is not run for a while itself, and does not know.
        long stopped = world.chance(0.03) ? world.bits(2 * round.ttl.toNanos()) : 0;
        world.after(pause + stopped, () -> renew(round, until));
    }

    /** From a writer it becomes a reader: as such it believes from now on, whether its request is carried out or not. */
    private void downgrade(Round round, long until) {
        round.share = round.share.reading();
        beliefs.believe(round.share, round.lease.value(), until);
        caller.call(
                round.lease,
                PATIENCE,
                (service, presence) -> service.downgrade(round.share.thing().name(), round.lease),
                answer -> {
                    if (answer instanceof Answer.Held held) {
                        tokens.tell(held.lease().value(), round.share.thing().toString(), held.token());
                    }
                    if (answer instanceof Answer.Refused refused && Caller.isFinal(refused)) {
                        rest(round);
                    } else {
                        retry(round, until);
                    }
                },
                () -> retry(round, until));
    }

    private void renew(Round round, long until) {
        if (round.over) {
            return;
        }
        long sent = world.nanos();
        Duration asked = world.chance(0.15) ? millis(1_000, 3_500) : null;
        if (asked != null && asked.compareTo(round.ttl) < 0) {
            round.ttl = asked;
        }
        caller.call(
                round.lease,
                Duration.ofMillis(800),
                (service, presence) -> service.renew(round.lease, asked),
                answer -> {
                    if (answer instanceof Answer.Done) {
                        hold(round, round.counts(sent));
                    } else if (answer instanceof Answer.Refused refused && Caller.isFinal(refused)) {
                        rest(round);
                    } else {
                        retry(round, until);
                    }
                },
                () -> retry(round, until));
    }

    private void retry(Round round, long until) {
        if (until < world.nanos()) {
            // Its own count has run out: it must stop, whatever the service may still say.
            leave(round);
        } else {
            hold(round, until);
        }
    }

    private void leave(Round round) {
        beliefs.doubt(round.wish.thing(), round.lease.value());
        round.requests++;
        caller.call(
                round.lease,
                PATIENCE,
                (service, presence) -> service.release(round.wish.thing(), round.lease),
                answer -> {
                    boolean again = answer instanceof Answer.Refused refused && !Caller.isFinal(refused);
                    leftOrAgain(round, again);
                },
                () -> leftOrAgain(round, true));
    }

    private void leftOrAgain(Round round, boolean again) {
        if (again && round.requests < 14 && world.chance(0.9)) {
            world.after(world.bits(300_000_000L), () -> leave(round));
        } else {
            rest(round);
        }
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(least + world.below(most - least));
    }
}
