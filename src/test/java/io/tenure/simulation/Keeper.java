package io.tenure.simulation;

import io.tenure.error.ErrorCode;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A client with a longer life: it keeps one lease and takes and gives back things under it, or takes several at once; it
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
        /** What it wants of each thing, the same at each time. */
        final Map<Thing, Share> shares = new TreeMap<>();

        final NavigableSet<Thing> held = new TreeSet<>();
        final NavigableSet<Thing> taken = new TreeSet<>();
        /** Things of requests that may still be waited for although their client does not. */
        final NavigableSet<Thing> open = new TreeSet<>();

        /** Things that a release on its way may yet end, so that they must not be taken again. */
        final NavigableSet<Thing> barred = new TreeSet<>();

        long until;
        int deeds;
        boolean over;

        void renewed(long sent) {
            until = sent + ttl.toNanos() / 1_000 * 995;
            held.forEach(thing -> beliefs.believe(share(thing), lease.value(), until));
        }

        Share share(Thing thing) {
            return shares.computeIfAbsent(thing, any -> plan.share(world, thing));
        }

        void end() {
            if (!over) {
                over = true;
                held.forEach(thing -> beliefs.doubt(thing, lease.value()));
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
        boolean several = world.chance(0.4) && !plan.severals().isEmpty();
        Consumer<Answer> begun = answer -> {
            if (answer instanceof Answer.Done) {
                if (several) {
                    life.held.addAll(plan.severals());
                    life.taken.addAll(plan.severals());
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
                            plan.severals().stream().map(life::share).toList(),
                            life.lease,
                            life.ttl,
                            Duration.ofMillis(world.below(2_000)),
                            presence),
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
                attach(life, world.oneOf(plan.things()));
            } else if (!life.held.isEmpty()) {
                giveBack(life, world.oneOf(List.copyOf(life.held)));
            } else {
                actSoon(life);
            }
        });
    }

    private void attach(Life life, Thing thing) {
        if (life.barred.contains(thing)) {
            actSoon(life);
            return;
        }
        boolean named = life.taken.add(thing);
        Wish wish = new Wish(
                life.share(thing),
                Plan.candidate(thing, life.lease),
                life.lease,
                named,
                life.ttl,
                world.chance(0.5) ? Duration.ZERO : Duration.ofMillis(world.below(2_000)),
                world.chance(0.2),
                world.chance(0.1) ? Long.valueOf(1_000 + world.below(1_000)) : null,
                world.chance(0.2) ? Long.valueOf(1_000 + world.below(2_000)) : null,
                null);
        caller.call(
                life.lease,
                wish.patience().plus(PATIENCE),
                (service, presence) -> service.attach(wish, presence),
                answer -> {
                    if (answer instanceof Answer.Held held && !life.over) {
                        if (named) {
                            tokens.tell(life.lease.value(), thing.toString(), held.token());
                        }
                        guard.show(thing, life.lease.value(), held.token());
                        life.held.add(thing);
                        beliefs.believe(life.share(thing), life.lease.value(), life.until);
                    } else if (answer instanceof Answer.Refused refused
                            && refused.code() == ErrorCode.HELD
                            && plan.doubled() == 0
                            && !life.open.contains(thing)) {
                        truth.nothingLeft(life.lease.value(), thing.toString());
                    } else if (answer instanceof Answer.Queued) {
                        // A place that stays: a server that is behind may refuse the next try as if it were not there.
                        life.open.add(thing);
                    }
                    actSoon(life);
                },
                () -> {
                    life.open.add(thing);
                    actSoon(life);
                });
    }

    private void giveBack(Life life, Thing thing) {
        life.held.remove(thing);
        beliefs.doubt(thing, life.lease.value());
        if (plan.doubled() > 0) {
            life.barred.add(thing);
        }
        caller.call(
                life.lease,
                PATIENCE,
                (service, presence) -> service.release(thing, life.lease),
                any -> actSoon(life),
                () -> {
                    life.barred.add(thing);
                    actSoon(life);
                });
    }

    private void leave(Life life) {
        life.end();
        caller.call(life.lease, PATIENCE, (service, presence) -> service.releaseLease(life.lease), any -> {}, () -> {});
    }
}
