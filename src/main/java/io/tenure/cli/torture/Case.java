package io.tenure.cli.torture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that is known of one thing: the calls, the claims that they make up, and its part of the audit log. Immutable. */
final class Case {
    private final Thing thing;
    private final List<Call> calls;
    private final Log log;
    private final Map<String, Claim> claims = new LinkedHashMap<>();

    /** @param log its events about this thing alone */
    Case(Thing thing, List<Call> calls, Log log) {
        this.thing = thing;
        this.calls =
                calls.stream().sorted(Comparator.comparingLong(Call::invoked)).toList();
        this.log = log;
        Map<String, List<Call>> byLease = new LinkedHashMap<>();
        for (Call call : this.calls) {
            if (!call.lease().isEmpty()) {
                byLease.computeIfAbsent(call.lease(), any -> new ArrayList<>()).add(call);
            }
        }
        byLease.forEach((lease, about) -> claims.put(lease, new Claim(thing, lease, about)));
    }

    Thing thing() {
        return thing;
    }

    List<Call> calls() {
        return calls;
    }

    Log log() {
        return log;
    }

    /** By their leases. */
    Map<String, Claim> claims() {
        return claims;
    }

    /** Those of whose grant somebody was told. */
    List<Claim> granted() {
        return claims.values().stream().filter(Claim::isGranted).toList();
    }

    /** As many permits as there ever were; 0 when that is not known. */
    int permits() {
        return calls.stream()
                .filter(call -> call.verb() == Verb.PERMITS && call.mayBeDone())
                .mapToInt(call -> call.ask().count())
                .max()
                .orElse(0);
    }

    /** Leases of candidates that an office was, or may have been, handed to, past those before them. */
    Set<String> successors() {
        Set<String> successors = new LinkedHashSet<>();
        for (Call call : calls) {
            String successor = call.ask().successor();
            if (call.verb() == Verb.TRANSFER && call.mayBeDone() && successor != null) {
                successors.add(successor);
            }
        }
        return successors;
    }

    /** The same without what is about other leases. */
    Case only(Collection<String> leases) {
        return new Case(
                thing,
                calls.stream()
                        .filter(call -> call.lease().isEmpty() || leases.contains(call.lease()))
                        .toList(),
                new Log(
                        log.events().stream()
                                .filter(event -> event.lease() == null || leases.contains(event.lease()))
                                .toList(),
                        log.complete()));
    }

    /** The same without this call. */
    Case without(Call call) {
        return new Case(
                thing, calls.stream().filter(other -> !other.equals(call)).toList(), log);
    }

    /** A violation that these leases show. */
    Violation violation(Rule rule, String what, Collection<String> leases) {
        Case part = only(leases);
        return new Violation(rule, thing, what, Set.copyOf(leases), part.calls, part.log.events());
    }
}
