package io.tenure.cli.torture;

import java.util.List;
import java.util.Optional;

/** No lease ends before its time, and none comes back. */
final class Ends {
    private Ends() {}

    static Optional<Violation> early(Case known) {
        for (Claim claim : known.claims().values()) {
            for (Call call : claim.calls()) {
                long until = loses(claim, call) ? certainUntil(claim, call) : Long.MIN_VALUE;
                if (until > call.returned() && !hasReason(claim, call)) {
                    return Optional.of(known.violation(
                            Rule.EARLY,
                            claim.lease() + " is told that " + known.thing() + " is not its own any more, "
                                    + (until - call.returned()) / 1_000_000 + " ms before it can have expired",
                            List.of(claim.lease())));
                }
            }
        }
        return Optional.empty();
    }

    /** It says that the lease, its hold or its kept place is no more. */
    private static boolean loses(Claim claim, Call call) {
        Answer answer = call.answer();
        return switch (call.verb()) {
            case TAKE -> answer.denies() || (answer.status() == 409 && claim.shown() <= call.invoked());
            case RENEW, CHECK -> answer.denies();
            case RELEASE, END, DOWNGRADE -> answer.denies() || (answer.isRefused() && answer.status() == 409);
            case REVOKE, TRANSFER, PERMITS -> false;
        };
    }

    /** Until when the lease lives for sure, by what was known when the call was sent; of a token, if the grant was known. */
    private static long certainUntil(Claim claim, Call call) {
        if (call.verb() == Verb.CHECK && claim.shown() > call.invoked()) {
            return Long.MIN_VALUE;
        }
        return claim.calls().stream()
                .filter(other -> other.prolongs() && other.returned() <= call.invoked())
                .mapToLong(Call::deadline)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /** Somebody has, or may have, ended it. */
    private static boolean hasReason(Claim claim, Call call) {
        return claim.calls().stream()
                .anyMatch(other -> !other.equals(call)
                        && other.verb().ends()
                        && other.mayBeDone()
                        && other.invoked() < call.returned());
    }

    static Optional<Violation> ended(Case known) {
        for (Claim claim : known.claims().values()) {
            // who is asked to end is denied its renewals, and holds on for a while
            boolean asked = claim.calls().stream()
                    .anyMatch(call -> (call.verb() == Verb.REVOKE || call.verb() == Verb.TRANSFER)
                            && !call.ask().immediately()
                            && call.mayBeDone());
            long end = Claim.NEVER;
            for (Call call : claim.calls()) {
                boolean told = asked ? call.verb().gives() && call.answer().isDone() : call.showsEnd();
                end = told ? Math.min(end, call.returned()) : end;
            }
            for (Call call : claim.calls()) {
                boolean alive = call.showsHold()
                        || (call.verb() == Verb.RENEW && call.answer().isDone());
                if (alive && call.invoked() >= end) {
                    return Optional.of(known.violation(
                            Rule.ENDED,
                            "the end of " + claim.lease() + " was acknowledged, and it holds " + known.thing()
                                    + " again",
                            List.of(claim.lease())));
                }
            }
        }
        return Optional.empty();
    }
}
