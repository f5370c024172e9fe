package io.tenure.cli.torture;

import java.util.List;
import java.util.Set;

/**
 * A contradiction in a history.
 *
 * @param what it is, in a sentence; leases by their ids
 * @param leases that it is about
 * @param calls that show it, in the order of their invocations
 * @param events of the audit log that show it
 */
public record Violation(
        Rule rule, Thing thing, String what, Set<String> leases, List<Call> calls, List<LogEvent> events) {
    /** Copies the collections. */
    public Violation {
        leases = Set.copyOf(leases);
        calls = List.copyOf(calls);
        events = List.copyOf(events);
    }
}
