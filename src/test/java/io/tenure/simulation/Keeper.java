package io.tenure.simulation;

import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A client with a longer life: it keeps one lease and takes and gives back locks under it, or takes several locks at once; it
 * renews on its own, one by one or in a list.
 */
final class Keeper {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final World world;
    private final Caller caller;
    private final Guard guard;
    private final Beliefs beliefs;
    private final TokensGrow tokens;
    private final Plan plan;
    private final Truth truth;
    private boolean retired;

    /** One lease, from its grant to its end. */
    private final class Life {
        final LeaseId lease = new LeaseId(new UUID(world.bits(), world.bits()).toString());
        final Duration ttl = Duration.ofMillis(1_000 + world.below(2_000));
        final NavigableSet<Name> held = new TreeSet<>();
        final NavigableSet<Name> taken = new TreeSet<>();
        /** Locks of requests that may still be waited for although their client does not. */
        final NavigableSet<Name> open = new TreeSet<>();

        /** Locks that a release on its way may yet end, so that they must not be taken again. */
        final NavigableSet<Name> barred = new TreeSet<>();

        long until;
        int deeds;
        boolean over;

        void renewed(long sent) {
            until = sent + ttl.toNanos() / 1_000 * 995;
            held.forEach(lock -> beliefs.believe(lock.value(), lease.value(), until));
        }

        void end() {
            if (!over) {
                over = true;
                held.forEach(lock -> beliefs.doubt(lock.value(), lease.value()));
                world.after(world.bits(1_000_000_000L), Keeper.this::next);
            }
        }
    }

    Keeper(World world, Caller caller, Guard guard, Beliefs beliefs, TokensGrow tokens, Plan plan, Truth truth) {
        this.world = world;
        this.caller = caller;
        this.guard = guard;
        this.beliefs = beliefs;
        this.tokens = tokens;
        this.plan = plan;
        this.truth = truth;
    }

    void start() {
        world.after(world.bits(2_000_000_000L), this::next);
    }

    void retire() {
        retired = true;
    }

    private void next() {
        if (retired) {
            return;
        }
        Life life = new Life();
        beliefs.keep(life.lease.value());
        long sent = world.nanos();
        boolean several = world.chance(0.4);
        Consumer<Answer> begun = answer -> {
            if (answer instanceof Answer.Done) {
                if (several) {
                    life.held.addAll(plan.locks());
                    life.taken.addAll(plan.locks());
                }
                life.renewed(sent);
                renewSoon(life);
                actSoon(life);
            } else {
                life.end();
            }
        };
        if (several) {
            caller.call(
                    life.lease,
                    Duration.ofSeconds(4),
                    (service, presence) -> service.acquireAll(
                            plan.locks(), life.lease, life.ttl, Duration.ofMillis(world.below(2_000)), presence),
                    begun,
                    life::end);
        } else {
            caller.call(
                    life.lease, PATIENCE, (service, presence) -> service.grant(life.lease, life.ttl), begun, life::end);
        }
    }

    private void renewSoon(Life life) {
        world.after(world.bits(life.ttl.toNanos() * 2 / 3), () -> {
            if (life.over) {
                return;
            }
            long sent = world.nanos();
            boolean inAList = world.chance(0.5);
            caller.call(
                    life.lease,
                    PATIENCE,
                    (service, presence) ->
                            inAList ? service.renewAll(List.of(life.lease)) : service.renew(life.lease, null),
                    answer -> {
                        if (life.over) {
                            return;
                        }
                        if (answer instanceof Answer.Done) {
                            life.renewed(sent);
                            renewSoon(life);
                        } else if (answer instanceof Answer.Refused refused && Caller.isFinal(refused)) {
                            life.end();
                        } else {
                            renewSoon(life);
                        }
                    },
                    () -> renewSoon(life));
        });
    }

    private void actSoon(Life life) {
        world.after(world.bits(700_000_000L), () -> {
            if (life.over) {
                return;
            }
            int dice = world.below(100);
            if (++life.deeds > 12 || retired || dice < 8) {
                leave(life);
            } else if (dice < 12) {
                // It vanishes, and what it holds runs out.
                life.over = true;
                world.after(5_000_000_000L, this::next);
            } else if (dice < 60) {
                attach(life, world.oneOf(plan.locks()));
            } else if (!life.held.isEmpty()) {
                giveBack(life, world.oneOf(List.copyOf(life.held)));
            } else {
                actSoon(life);
            }
        });
    }

    private void attach(Life life, Name lock) {
        if (life.barred.contains(lock)) {
            actSoon(life);
            return;
        }
        boolean named = life.taken.add(lock);
        Wish wish = new Wish(
                lock,
                life.lease,
                named,
                life.ttl,
                world.chance(0.5) ? Duration.ZERO : Duration.ofMillis(world.below(2_000)),
                world.chance(0.2),
                world.chance(0.1) ? Long.valueOf(1_000 + world.below(1_000)) : null,
                null);
        caller.call(
                life.lease,
                wish.patience().plus(PATIENCE),
                (service, presence) -> service.attach(wish, presence),
                answer -> {
                    if (answer instanceof Answer.Held held && !life.over) {
                        if (named) {
                            tokens.tell(life.lease.value(), "lock/" + lock, held.token());
                        }
                        guard.show(lock, life.lease.value(), held.token());
                        life.held.add(lock);
                        beliefs.believe(lock.value(), life.lease.value(), life.until);
                    } else if (answer instanceof Answer.Refused refused
                            && refused.code() == ErrorCode.HELD
                            && plan.doubled() == 0
                            && !life.open.contains(lock)) {
                        truth.nothingLeft(life.lease.value(), "lock/" + lock);
                    } else if (answer instanceof Answer.Queued) {
                        // A place that stays: a server that is behind may refuse the next try as if it were not there.
                        life.open.add(lock);
                    }
                    actSoon(life);
                },
                () -> {
                    life.open.add(lock);
                    actSoon(life);
                });
    }

    private void giveBack(Life life, Name lock) {
        life.held.remove(lock);
        beliefs.doubt(lock.value(), life.lease.value());
        if (plan.doubled() > 0) {
            life.barred.add(lock);
        }
        caller.call(
                life.lease,
                PATIENCE,
                (service, presence) -> service.release(lock, life.lease),
                any -> actSoon(life),
                () -> {
                    life.barred.add(lock);
                    actSoon(life);
                });
    }

    private void leave(Life life) {
        life.end();
        caller.call(life.lease, PATIENCE, (service, presence) -> service.releaseLease(life.lease), any -> {}, () -> {});
    }
}
