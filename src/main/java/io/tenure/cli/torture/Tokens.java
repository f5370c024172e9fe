package io.tenure.cli.torture;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens grow from one holder to the next, never go back, and one hold has one. */
final class Tokens {
    private Tokens() {}

    static Optional<Violation> broken(Case known) {
        return changed(known).or(() -> asAnswered(known)).or(() -> asHeld(known));
    }

    /** One lease is told two. */
    private static Optional<Violation> changed(Case known) {
        for (Claim claim : known.granted()) {
            for (Call call : claim.calls()) {
                long told = call.verb() == Verb.CHECK
                        ? call.ask().token()
                        : call.answer().token();
                if (call.showsHold() && told != claim.token()) {
                    return Optional.of(known.violation(
                            Rule.TOKENS,
                            claim.lease() + " holds " + known.thing() + " with the token " + told + " and with "
                                    + claim.token(),
                            List.of(claim.lease())));
                }
            }
        }
        return Optional.empty();
    }

    /** One was granted for sure before another was asked for. */
    private static Optional<Violation> asAnswered(Case known) {
        return ordered(known, Rule.TOKENS, Comparator.comparingLong(Claim::shown), Claim::shown);
    }

    /**
     * In the order of a moment of each claim, whoever was asked for behind that moment has a higher token.
     *
     * @param order of the claims by that moment
     */
    static Optional<Violation> ordered(Case known, Rule rule, Comparator<Claim> order, Moment moment) {
        List<Claim> before = known.granted().stream().sorted(order).toList();
        List<Claim> asked = known.granted().stream()
                .filter(claim -> claim.asked() != Claim.NEVER)
                .sorted(Comparator.comparingLong(Claim::asked))
                .toList();
        Set<String> successors = rule == Rule.FIFO ? known.successors() : Set.of();
        Claim highest = null;
        Claim exclusive = null;
        int next = 0;
        for (Claim claim : asked) {
            for (; next < before.size() && moment.of(before.get(next)) < claim.asked(); next++) {
                Claim earlier = before.get(next);
                highest = higher(highest, earlier);
                exclusive = earlier.isExclusive() ? higher(exclusive, earlier) : exclusive;
            }
            // those who share may be let in at the same moment, by different servers, which do not wait for each other
            Claim first = rule == Rule.FIFO && !claim.isExclusive() ? exclusive : highest;
            if (first != null && goesBack(first, claim) && !successors.contains(claim.lease())) {
                return Optional.of(violation(known, rule, first, claim));
            }
        }
        return Optional.empty();
    }

    /** A moment of a claim. */
    interface Moment {
        long of(Claim claim);
    }

    /** Two that exclude each other have held one after the other. */
    private static Optional<Violation> asHeld(Case known) {
        Claim highest = null;
        Claim exclusive = null;
        List<Claim> held = known.granted().stream()
                .filter(Claim::hasInterval)
                .sorted(Comparator.comparingLong(Claim::shown))
                .toList();
        for (Claim claim : held) {
            Claim before = claim.isExclusive() ? highest : exclusive;
            if (before != null && goesBack(before, claim)) {
                return Optional.of(violation(known, Rule.TOKENS, before, claim));
            }
            highest = higher(highest, claim);
            exclusive = claim.isExclusive() ? higher(exclusive, claim) : exclusive;
        }
        return Optional.empty();
    }

    private static boolean goesBack(Claim before, Claim claim) {
        return claim.isExclusive() ? claim.token() <= before.token() : claim.token() < before.token();
    }

    private static Claim higher(@Nullable Claim one, Claim other) {
        return one == null || other.token() > one.token() ? other : one;
    }

    private static Violation violation(Case known, Rule rule, Claim before, Claim claim) {
        String why = rule == Rule.FIFO ? " had its place before " : " held " + known.thing() + " before ";
        return known.violation(
                rule,
                before.lease() + why + claim.lease() + (rule == Rule.FIFO ? " asked for " + known.thing() : "")
                        + ", and its token " + before.token() + " is not below " + claim.token(),
                List.of(before.lease(), claim.lease()));
    }
}
