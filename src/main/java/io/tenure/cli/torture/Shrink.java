package io.tenure.cli.torture;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The shortest piece of a history that still breaks a rule: first as few leases as do it, then as few of their calls.
 *
 * <p>Nothing is left out without which an innocent history would look guilty: not the ends, nor what may have been carried out unseen,
 * nor the first request for a hold.
 */
final class Shrink {
    private Shrink() {}

    /** @param broken finds the violation */
    static Violation shrunk(Case known, Violation found, Function<Case, Optional<Violation>> broken) {
        Set<String> leases = new TreeSet<>(found.leases());
        Case piece = known.only(leases);
        Violation shortest = broken.apply(piece).orElse(null);
        if (shortest == null) {
            // more of the history is needed than the rule has named
            return found;
        }
        for (String lease : found.leases()) {
            Set<String> fewer = new TreeSet<>(leases);
            fewer.remove(lease);
            Case smaller = known.only(fewer);
            Optional<Violation> still = broken.apply(smaller);
            if (still.isPresent()) {
                leases = fewer;
                piece = smaller;
                shortest = still.get();
            }
        }
        for (Call call : piece.calls()) {
            if (!isDispensable(call, piece)) {
                continue;
            }
            Case smaller = piece.without(call);
            Optional<Violation> still = broken.apply(smaller);
            if (still.isPresent()) {
                piece = smaller;
                shortest = still.get();
            }
        }
        return new Violation(
                shortest.rule(), known.thing(), shortest.what(), shortest.leases(), piece.calls(), shortest.events());
    }

    /** Whether less is certain without it, and nothing else is. */
    private static boolean isDispensable(Call call, Case piece) {
        if (!call.showsHold() && isBehindEnd(call, piece)) {
            return true;
        }
        return switch (call.verb()) {
            case RENEW, CHECK -> !call.answer().denies();
            case TAKE ->
                call.answer().isDone() && others(call, piece).anyMatch(other -> other.invoked() < call.invoked());
            case PERMITS ->
                others(call, piece)
                        .anyMatch(other -> other.mayBeDone()
                                && other.ask().count() >= call.ask().count());
            case REVOKE, TRANSFER -> call.answer().isRefused();
            case RELEASE, END, DOWNGRADE -> false;
        };
    }

    /** The owner was told of the end before it was sent. */
    private static boolean isBehindEnd(Call call, Case piece) {
        return piece.calls().stream()
                .anyMatch(end -> end.lease().equals(call.lease())
                        && end.verb().gives()
                        && end.answer().isDone()
                        && end.returned() <= call.invoked());
    }

    /** Those that ask the same of the same lease. */
    private static Stream<Call> others(Call call, Case piece) {
        return piece.calls().stream()
                .filter(other -> !other.equals(call)
                        && other.verb() == call.verb()
                        && other.lease().equals(call.lease()));
    }
}
