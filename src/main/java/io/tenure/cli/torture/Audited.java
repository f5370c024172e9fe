package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The audit log has each acknowledged grant and end once, none that was refused, and is itself a history that can be true. */
final class Audited {
    private final Case known;
    private final Map<String, List<LogEvent>> granted = new LinkedHashMap<>();
    private final Map<String, List<LogEvent>> ended = new LinkedHashMap<>();

    private Audited(Case known) {
        this.known = known;
        for (LogEvent event : known.log().events()) {
            String lease = event.lease();
            if (lease != null && event.action().equals(LogEvent.GRANTED)) {
                granted.computeIfAbsent(lease, any -> new ArrayList<>()).add(event);
            } else if (lease != null && event.action().equals(LogEvent.ENDED)) {
                ended.computeIfAbsent(lease, any -> new ArrayList<>()).add(event);
            }
        }
    }

    static Optional<Violation> broken(Case known) {
        Audited audited = new Audited(known);
        return audited.grants().or(audited::ends).or(audited::story);
    }

    private Optional<Violation> grants() {
        for (Map.Entry<String, List<LogEvent>> each : granted.entrySet()) {
            Claim claim = known.claims().get(each.getKey());
            if (each.getValue().size() > 1) {
                return violation("the grant to " + each.getKey() + " is in the log twice", each.getKey());
            }
            if (claim == null) {
                return violation("the log has a grant to " + each.getKey() + ", which nobody asked for", each.getKey());
            }
            if (refusedForSure(claim)) {
                return violation("the log has a grant to " + each.getKey() + ", which was refused", each.getKey());
            }
        }
        for (Claim claim : known.granted()) {
            List<LogEvent> events = granted.getOrDefault(claim.lease(), List.of());
            if (events.isEmpty() ? known.log().complete() : events.get(0).token() != claim.token()) {
                return violation(
                        "the grant to " + claim.lease() + " with the token " + claim.token() + " is not in the log",
                        claim.lease());
            }
        }
        return Optional.empty();
    }

    private static boolean refusedForSure(Claim claim) {
        return claim.calls().stream()
                .filter(call -> call.verb() == Verb.TAKE)
                .allMatch(call -> call.answer().isRefused());
    }

    private Optional<Violation> ends() {
        for (Map.Entry<String, List<LogEvent>> each : ended.entrySet()) {
            if (each.getValue().size() > 1) {
                return violation("the end of " + each.getKey() + " is in the log twice", each.getKey());
            }
        }
        for (Claim claim : known.granted()) {
            Optional<Call> end = claim.calls().stream()
                    .filter(call -> call.verb().gives() && call.answer().isDone())
                    .findFirst();
            if (end.isEmpty()) {
                continue;
            }
            List<LogEvent> events = ended.getOrDefault(claim.lease(), List.of());
            if (events.isEmpty() && known.log().complete()) {
                return violation("the end of " + claim.lease() + " is not in the log", claim.lease());
            }
            String told = end.get().answer().endedBy();
            String written = events.isEmpty() ? null : events.get(0).endedBy();
            if (end.get().verb() == Verb.RELEASE && told != null && written != null && !told.equals(written)) {
                return violation(
                        "the end of " + claim.lease() + " was answered as " + told + ", and the log has " + written,
                        claim.lease());
            }
        }
        return Optional.empty();
    }

    /** The log, read from its beginning: nobody beside another, no end of what was not held, no token that goes back. */
    private Optional<Violation> story() {
        Map<String, LogEvent> holders = new LinkedHashMap<>();
        Set<String> reading = new TreeSet<>();
        long highest = 0;
        for (LogEvent event : known.log().events()) {
            String lease = event.lease();
            if (lease == null) {
                continue;
            }
            switch (event.action()) {
                case LogEvent.GRANTED -> {
                    if (exclusive(event) ? event.token() <= highest : event.token() < highest) {
                        return violation("in the log the token " + event.token() + " comes behind " + highest, lease);
                    }
                    highest = event.token();
                    if (!fits(event, holders, reading)) {
                        List<String> all = new ArrayList<>(holders.keySet());
                        all.add(lease);
                        return violation(
                                "in the log " + lease + " is granted " + known.thing() + " beside others",
                                all.toArray(String[]::new));
                    }
                    holders.put(lease, event);
                }
                case LogEvent.DOWNGRADED -> reading.add(lease);
                case LogEvent.ENDED -> {
                    if (holders.remove(lease) == null) {
                        return violation("in the log " + lease + " ends without a grant before", lease);
                    }
                }
                default -> {
                    // says nothing of who holds
                }
            }
        }
        return Optional.empty();
    }

    private boolean fits(LogEvent event, Map<String, LogEvent> holders, Set<String> reading) {
        if (known.thing().kind() == Kind.SEMAPHORE) {
            int out = holders.values().stream().mapToInt(LogEvent::count).sum() + event.count();
            return known.permits() == 0 || out <= known.permits();
        }
        return exclusive(event)
                ? holders.isEmpty()
                : holders.entrySet().stream()
                        .allMatch(holder -> !exclusive(holder.getValue()) || reading.contains(holder.getKey()));
    }

    private boolean exclusive(LogEvent event) {
        return known.thing().kind() != Kind.SEMAPHORE && !"read".equals(event.mode());
    }

    private Optional<Violation> violation(String what, String... leases) {
        return Optional.of(known.violation(Rule.ONCE, what, new TreeSet<>(List.of(leases))));
    }
}
