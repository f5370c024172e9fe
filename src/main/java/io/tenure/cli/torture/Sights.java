package io.tenure.cli.torture;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who was last seen to hold something, and who to wait for it, so that others can meddle. Safe for use by many threads. */
final class Sights {
    private final Map<Thing, Call> holders = new ConcurrentHashMap<>();
    private final Map<Thing, Call> waiters = new ConcurrentHashMap<>();

    void see(Call call) {
        if (call.verb() == Verb.TAKE && call.answer().holds()) {
            holders.put(call.thing(), call);
        } else if (call.verb() == Verb.TAKE && call.answer().waits()) {
            waiters.put(call.thing(), call);
        }
    }

    /** The take by which somebody came to hold it; it may have ended. */
    Optional<Call> holder(Thing thing) {
        return Optional.ofNullable(holders.get(thing));
    }

    /** The take by which somebody came to wait for it; it may be over. */
    Optional<Call> waiter(Thing thing) {
        return Optional.ofNullable(waiters.get(thing));
    }
}
