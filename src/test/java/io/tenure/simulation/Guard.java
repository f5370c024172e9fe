package io.tenure.simulation;

import io.tenure.error.ErrorCode;
import io.tenure.simulation.Service.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whoever guards what the locks are for, and all else that can be held: it is shown fencing tokens, and asks at any moment, of new ones and of old, whether they
 * are current.
 */
final class Guard {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(1_500);

    private record Shown(Thing thing, String lease, long token) {}

    private final World world;
    private final Caller caller;
    private final Truth truth;
    private final List<Shown> shown = new ArrayList<>();
    private boolean retired;

    Guard(World world, Caller caller, Truth truth) {
        this.world = world;
        this.caller = caller;
        this.truth = truth;
    }

    void start() {
        world.after(world.bits(LONGEST_PAUSE.toNanos()), () -> {
            if (!retired) {
                if (!shown.isEmpty()) {
                    ask(world.chance(0.7) ? recent() : world.oneOf(shown));
                }
                start();
            }
        });
    }

    /** Asks no more. */
    void retire() {
        retired = true;
    }

    /** Somebody comes to work with this token. */
    void show(Thing thing, String lease, long token) {
        Shown one = new Shown(thing, lease, token);
        shown.add(one);
        if (world.chance(0.5)) {
            ask(one);
        }
    }

    private Shown recent() {
        return shown.get(shown.size() - 1 - world.below(Math.min(3, shown.size())));
    }

    private void ask(Shown one) {
        long sent = world.nanos();
        caller.call(
                null,
                PATIENCE,
                (service, presence) -> service.check(one.thing(), one.token()),
                answer -> {
                    if (answer instanceof Answer.Done) {
                        truth.current(one.thing(), one.token(), sent);
                    } else if (answer instanceof Answer.Refused refused
                            && (refused.code() == ErrorCode.TOKEN_ENDED || refused.code() == ErrorCode.TOKEN_UNKNOWN)) {
                        truth.notCurrent(one.thing(), one.lease(), one.token(), sent);
                    }
                },
                () -> {});
    }
}
