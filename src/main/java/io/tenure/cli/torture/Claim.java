package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.Comparator;
import java.util.List;

/**
 * One lease and one thing that it wants: what its client was told, and what follows from that. Times are those of the calls.
 *
 * <p>Its <em>interval</em> is when the lease certainly holds the thing, if the service keeps its promises: from the answer that told of
 * the grant until a client that keeps to the rule for clients (docs/api.md) stops believing, and at least until the last call was sent
 * whose answer says that it still holds. Not earlier and not later, so that two that overlap are a contradiction whatever clocks and
 * networks did.
 */
final class Claim {
    /** Of what did not happen. */
    static final long NEVER = Long.MAX_VALUE;

    private final Thing thing;
    private final String lease;
    private final List<Call> calls;
    private final boolean shared;
    private final int count;
    private final long asked;
    private long placed = NEVER;
    private long shown = NEVER;
    private long until = Long.MIN_VALUE;
    private long downgraded = NEVER;
    private long token;

    /** @param calls about this lease and this thing, by whomever, in the order of their invocations */
    Claim(Thing thing, String lease, List<Call> calls) {
        this.thing = thing;
        this.lease = lease;
        this.calls = calls;
        Ask first = calls.stream()
                .filter(call -> call.verb() == Verb.TAKE)
                .findFirst()
                .map(Call::ask)
                .orElse(Ask.PLAIN);
        this.shared = first.shared();
        this.count = Math.max(1, first.count());
        this.asked = calls.stream()
                .filter(call -> call.verb() == Verb.TAKE)
                .mapToLong(Call::invoked)
                .min()
                .orElse(NEVER);
        read();
        until = Math.max(believedUntil(), provenUntil());
    }

    private void read() {
        for (Call call : calls) {
            if (call.verb() == Verb.TAKE && call.answer().waits()) {
                placed = Math.min(placed, call.returned());
            } else if (call.verb() == Verb.TAKE && call.answer().status() == 409) {
                placed = NEVER;
            }
            if (call.showsHold()) {
                shown = Math.min(shown, call.returned());
                token = call.verb() == Verb.CHECK
                        ? call.ask().token()
                        : call.answer().token();
            }
            if (call.verb() == Verb.DOWNGRADE && call.mayBeDone()) {
                downgraded = Math.min(downgraded, call.invoked());
            }
        }
    }

    /** Until when a client believes that counts its TTL from before sending, and that stops when it is told that the lease is lost. */
    private long believedUntil() {
        if (shown == NEVER) {
            return Long.MIN_VALUE;
        }
        long end = Long.MIN_VALUE;
        List<Call> told =
                calls.stream().sorted(Comparator.comparingLong(Call::returned)).toList();
        for (Call call : told) {
            // a deadline that has passed is passed: nobody begins again because an answer came later
            boolean inTime = call.returned() <= Math.max(shown, end);
            if (call.prolongs() && (inTime || end <= shown)) {
                end = Math.max(end, call.deadline());
            }
        }
        for (Call call : calls) {
            if (call.verb().gives() || takesAway(call)) {
                end = Math.min(end, call.invoked());
            } else if (call.answer().denies()) {
                end = Math.min(end, call.returned());
            }
        }
        return end;
    }

    /** It lets another in at once, whatever the holder believes. */
    private static boolean takesAway(Call call) {
        return (call.verb() == Verb.REVOKE || call.verb() == Verb.TRANSFER)
                && call.ask().immediately()
                && call.mayBeDone();
    }

    private long provenUntil() {
        return calls.stream()
                .filter(call -> call.showsHold() || (renews(call) && call.invoked() >= shown))
                .mapToLong(Call::invoked)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private static boolean renews(Call call) {
        return call.verb() == Verb.RENEW && call.answer().isDone();
    }

    Thing thing() {
        return thing;
    }

    String lease() {
        return lease;
    }

    List<Call> calls() {
        return calls;
    }

    /** Whether nobody may hold it beside; of a writer, also when it reads later. */
    boolean isExclusive() {
        return !shared && thing.kind() != Kind.SEMAPHORE;
    }

    /** How many permits. */
    int count() {
        return count;
    }

    /** When it was first asked for. */
    long asked() {
        return asked;
    }

    /** When it was known to have its place in the queue, or to be granted. */
    long placed() {
        return Math.min(placed, shown);
    }

    /** When it was known to be granted. */
    long shown() {
        return shown;
    }

    boolean isGranted() {
        return shown != NEVER;
    }

    /** The end of its interval, which begins when it is {@link #shown}; before that there is none. */
    long until() {
        return until;
    }

    /** Whether it certainly holds at some moments. */
    boolean hasInterval() {
        return isGranted() && until > shown;
    }

    /** From when a writer may be a mere reader. */
    long downgraded() {
        return downgraded;
    }

    /** The last that was told; 0 when none was. */
    long token() {
        return token;
    }
}
