package io.tenure.simulation;

import io.tenure.coordination.Timers;
import io.tenure.name.LeaseId;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A client that keeps to the rules, round after round: it takes a lock, renews, gives it back. It repeats what is not answered, or
 * gives up, or vanishes; it counts its TTL from before the request that was answered, and stops believing when that has run out.
 */
final class Client {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final World world;
    private final Fleet fleet;
    private final Beliefs beliefs;
    private final TokensGrow tokens;
    private final Plan plan;
    private boolean retired;

    /** One attempt to have a lock, from its first request to its end. */
    private final class Round {
        final Wish wish;
        final long firstSent = world.nanos();
        LeaseId lease;
        int requests;
        boolean over;
        long leaveAt;

        Round(Wish wish) {
            this.wish = wish;
            this.lease = wish.lease();
        }
    }

    Client(World world, Fleet fleet, Beliefs beliefs, TokensGrow tokens, Plan plan) {
        this.world = world;
        this.fleet = fleet;
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
        Duration patience = world.chance(0.5) ? Duration.ZERO : millis(200, 4_000);
        Wish wish = new Wish(
                world.oneOf(plan.locks()),
                new LeaseId(new UUID(world.bits(), world.bits()).toString()),
                world.chance(0.7),
                millis(1_000, 3_000),
                patience,
                world.chance(0.3));
        ask(new Round(wish));
    }

    private void rest(Round round) {
        round.over = true;
        beliefs.doubt(round.wish.lock().value(), round.lease.value());
        world.after(world.bits(1_500_000_000L), this::next);
    }

    private void ask(Round round) {
        round.requests++;
        call(
                round.wish.patience().plus(PATIENCE),
                (service, presence) -> service.acquire(round.wish, presence),
                answer -> answered(round, answer),
                () -> unanswered(round));
    }

    private void answered(Round round, Answer answer) {
        if (answer instanceof Answer.Held held) {
            round.lease = held.lease();
            if (!plan.bare()) {
                tokens.tell(held.lease().value(), "lock/" + round.wish.lock(), held.token());
            }
            round.leaveAt = world.nanos() + world.bits(5_000_000_000L);
            hold(round, round.firstSent + ttl(round));
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
                case STORE_UNAVAILABLE, SERVER_STOPPING, AUDIT_BACKLOG -> unanswered(round);
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
            call(PATIENCE, (service, presence) -> service.cancel(round.lease), any -> rest(round), () -> rest(round));
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
                beliefs.believe(round.wish.lock().value(), round.lease.value(), until);
            }
            if (now >= round.leaveAt) {
                leave(round);
                return;
            }
        }
        if (world.chance(0.04)) {
            // It vanishes; what it believes ends by itself.
            round.over = true;
            world.after(6_000_000_000L, this::next);
            return;
        }
        long pause = until > now ? world.bits(ttl(round) / 2) : 0;
        world.after(pause, () -> renew(round, until));
    }

    private void renew(Round round, long until) {
        if (round.over) {
            return;
        }
        long sent = world.nanos();
        call(
                Duration.ofMillis(800),
                (service, presence) -> service.renew(round.lease),
                answer -> {
                    if (answer instanceof Answer.Done) {
                        hold(round, sent + ttl(round));
                    } else if (answer instanceof Answer.Refused refused && isFinal(refused)) {
                        rest(round);
                    } else {
                        retry(round, until);
                    }
                },
                () -> retry(round, until));
    }

    private static boolean isFinal(Answer.Refused refused) {
        return switch (refused.code()) {
            case STORE_UNAVAILABLE, SERVER_STOPPING, AUDIT_BACKLOG -> false;
            default -> true;
        };
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
        beliefs.doubt(round.wish.lock().value(), round.lease.value());
        round.requests++;
        call(
                PATIENCE,
                (service, presence) -> service.release(round.wish.lock(), round.lease),
                answer -> {
                    boolean again = answer instanceof Answer.Refused refused && !isFinal(refused);
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

    private void call(
            Duration patience,
            BiFunction<Service, Presence, CompletionStage<Answer>> request,
            Consumer<Answer> answered,
            Runnable unanswered) {
        Timers.Timer[] timer = new Timers.Timer[1];
        Fleet.Call call = fleet.ask(request, answer -> {
            timer[0].cancel();
            answered.accept(answer);
        });
        timer[0] = world.after(patience.toNanos(), () -> {
            call.hangUp();
            unanswered.run();
        });
    }

    /** The TTL as a client counts it whose clock may be a little slow. */
    private static long ttl(Round round) {
        return round.wish.ttl().toNanos() / 1_000 * 995;
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(least + world.below(most - least));
    }
}
