package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nobody certainly holds beside another, and no more permits than there are. */
final class Exclusion {
    private Exclusion() {}

    /** A time of one claim, with others of its like or without. */
    private record Span(Claim claim, long from, long until, boolean exclusive) {}

    static Optional<Violation> broken(Case known) {
        List<Span> spans = spans(known);
        return known.thing().kind() == Kind.SEMAPHORE ? tooMany(known, spans) : beside(known, spans);
    }

    private static List<Span> spans(Case known) {
        List<Span> spans = new ArrayList<>();
        for (Claim claim : known.granted()) {
            if (!claim.hasInterval()) {
                continue;
            }
            long change = Math.max(claim.shown(), Math.min(claim.downgraded(), claim.until()));
            if (claim.isExclusive() && change > claim.shown()) {
                spans.add(new Span(claim, claim.shown(), change, true));
            }
            if (!claim.isExclusive() || change < claim.until()) {
                long from = claim.isExclusive() ? change : claim.shown();
                spans.add(new Span(claim, from, claim.until(), false));
            }
        }
        spans.sort(Comparator.comparingLong(Span::from));
        return spans;
    }

    /** Looks at each span beside those before it that last longest. */
    private static Optional<Violation> beside(Case known, List<Span> spans) {
        Span exclusive = null;
        Span shared = null;
        for (Span span : spans) {
            Span other = overlaps(exclusive, span) ? exclusive : null;
            if (other == null && span.exclusive() && overlaps(shared, span)) {
                other = shared;
            }
            if (other != null) {
                return Optional.of(violation(known, other, span));
            }
            if (span.exclusive()) {
                exclusive = longer(exclusive, span);
            } else {
                shared = longer(shared, span);
            }
        }
        return Optional.empty();
    }

    private static boolean overlaps(@Nullable Span before, Span span) {
        return before != null && before.until() > span.from() && before.claim() != span.claim();
    }

    private static Span longer(@Nullable Span one, Span other) {
        return one == null || other.until() > one.until() ? other : one;
    }

    private static Violation violation(Case known, Span one, Span other) {
        long millis = (Math.min(one.until(), other.until()) - other.from()) / 1_000_000;
        return known.violation(
                Rule.EXCLUSION,
                "both " + one.claim().lease() + " and " + other.claim().lease() + " hold " + known.thing() + ", for "
                        + millis + " ms at least",
                List.of(one.claim().lease(), other.claim().lease()));
    }

    private static Optional<Violation> tooMany(Case known, List<Span> spans) {
        int permits = known.permits();
        PriorityQueue<Span> out = new PriorityQueue<>(Comparator.comparingLong(Span::until));
        int sum = 0;
        for (Span span : spans) {
            for (Span first = out.peek(); first != null && first.until() <= span.from(); first = out.peek()) {
                sum -= first.claim().count();
                out.remove();
            }
            out.add(span);
            sum += span.claim().count();
            if (permits > 0 && sum > permits) {
                Set<String> holders =
                        out.stream().map(one -> one.claim().lease()).collect(Collectors.toSet());
                return Optional.of(known.violation(
                        Rule.EXCLUSION,
                        sum + " permits of " + known.thing() + " are out, and there are " + permits,
                        holders));
            }
        }
        return Optional.empty();
    }
}
