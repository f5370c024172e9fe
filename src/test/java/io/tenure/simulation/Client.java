package io.tenure.simulation;

import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private final Tally tally;
    private final Truth truth;
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

    Client(World world, Fleet fleet, Beliefs beliefs, TokensGrow tokens, Plan plan, Tally tally, Truth truth) {
        this.world = world;
        this.fleet = fleet;
        this.beliefs = beliefs;
        this.tokens = tokens;
        this.plan = plan;
        this.tally = tally;
        this.truth = truth;
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
        Wish wish = new Wish(
                world.oneOf(plan.locks()),
                new LeaseId(new UUID(world.bits(), world.bits()).toString()),
                world.chance(0.7),
                millis(1_000, 3_000),
                patience,
                world.chance(0.3),
                world.chance(0.1) ? Long.valueOf(1_000 + world.below(2_000)) : null);
        ask(new Round(wish));
    }

    /** Somebody else ends what another holds. */
    private void revoke() {
        Name lock = world.oneOf(plan.locks());
        boolean immediately = world.chance(0.5);
        Optional<LeaseId> holder = beliefs.holder(lock.value()).map(LeaseId::new);
        if (holder.isEmpty()) {
            world.after(100_000_000L, this::next);
            return;
        }
        if (immediately || beliefs.isKept(holder.get().value())) {
            beliefs.excuse(holder.get().value());
        }
        call(
                holder.get(),
                PATIENCE,
                (service, presence) -> service.revoke(lock, holder.get(), immediately),
                any -> world.after(100_000_000L, this::next),
                () -> world.after(100_000_000L, this::next));
    }

    /** Asks whether the hold's token is current, as whoever is to guard a resource does. */
    private void guard(Round round, long token) {
        long sent = world.nanos();
        String hold = "lock/" + round.wish.lock();
        fleet.ask((service, presence) -> service.check(round.wish.lock(), token), answer -> {
            if (answer instanceof Answer.Done) {
                truth.current(round.lease.value(), hold, sent);
            } else if (answer instanceof Answer.Refused refused
                    && (refused.code() == ErrorCode.TOKEN_ENDED || refused.code() == ErrorCode.TOKEN_UNKNOWN)) {
                truth.notCurrent(round.lease.value(), hold, sent);
            }
        });
    }

    private void rest(Round round) {
        round.over = true;
        beliefs.doubt(round.wish.lock().value(), round.lease.value());
        world.after(world.bits(800_000_000L), this::next);
    }

    private void ask(Round round) {
        round.requests++;
        call(
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
                tokens.tell(held.lease().value(), "lock/" + round.wish.lock(), held.token());
            }
            if (!plan.bare()) {
                guard(round, held.token());
                world.after(world.bits(3_000_000_000L), () -> guard(round, held.token()));
            }
            round.leaveAt = world.nanos() + world.bits(world.chance(0.5) ? 300_000_000L : 4_000_000_000L);
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
            call(
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
                round.lease,
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

    /** Whether repeating the request could not change the answer. */
    static boolean isFinal(Answer.Refused refused) {
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
                round.lease,
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
            @Nullable LeaseId lease,
            Duration patience,
            BiFunction<Service, Presence, CompletionStage<Answer>> request,
            Consumer<Answer> answered,
            Runnable unanswered) {
        long sent = world.nanos();
        Timers.Timer[] timer = new Timers.Timer[1];
        Fleet.Call call = fleet.ask(request, answer -> {
            timer[0].cancel();
            if (answer instanceof Answer.Refused refused && lease != null) {
                switch (refused.code()) {
                    case LEASE_UNKNOWN -> truth.unknown(lease.value(), sent);
                    case LEASE_ENDED -> truth.over(lease.value());
                    default -> {}
                }
            }
            tally.count(
                    answer instanceof Answer.Refused refused
                            ? "answer " + refused.code()
                            : "answer " + answer.getClass().getSimpleName());
            answered.accept(answer);
        });
        timer[0] = world.after(patience.toNanos(), () -> {
            call.hangUp();
            tally.count("no answer");
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
