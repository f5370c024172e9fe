package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a server told its clients: which holds it granted them, and which of these it took back. Safe for use by many threads. */
final class Ledger {
    private final Map<String, Grant> granted = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();

    /** A hold of which the client was told. */
    record Grant(String lock, String lease, long token) {
        String path() {
            return "/v1/locks/" + lock + "/holds/" + lease;
        }
    }

    Grant granted(Reply held) {
        Grant grant = new Grant(held.text("/name"), held.text("/lease"), held.number("/fencingToken"));
        granted.put(grant.lease(), grant);
        return grant;
    }

    /** The release is about to be sent: whether the hold stands is not known until the answer is there. */
    void releasing(Grant grant) {
        asked.add(grant.lease());
    }

    void released(Grant grant) {
        released.add(grant.lease());
    }

    /** A request to take this lock under this lease was sent, and its connection ended without an answer. */
    void unanswered(String lock, String lease) {
        unanswered.add("/v1/locks/" + lock + "/holds/" + lease);
    }

    int grants() {
        return granted.size();
    }

    /** The highest fencing token that anybody was told. */
    long highest() {
        return granted.values().stream().mapToLong(Grant::token).max().orElse(0);
    }

    /** Holds that were granted and that nobody asked to end. */
    List<Grant> kept() {
        return granted.values().stream()
                .filter(grant -> !asked.contains(grant.lease()))
                .toList();
    }

    /** Holds whose release was acknowledged. */
    List<Grant> released() {
        return granted.values().stream()
                .filter(grant -> released.contains(grant.lease()))
                .toList();
    }

    /** The holds, as paths, that may have been granted without anybody being told. */
    Set<String> unanswered() {
        return Set.copyOf(unanswered);
    }

    /** Fails unless every grant and every end that was acknowledged is among the events once, nothing twice, and no number is missing. */
    void assertAuditedExactlyOnce(List<AuditEvent> events) {
        assertThat(events)
                .extracting(AuditEvent::number)
                .isEqualTo(IntStream.rangeClosed(1, events.size())
                        .mapToObj(number -> (long) number)
                        .toList());
        Map<String, Long> grants = count(events, "GRANTED");
        Map<String, Long> ends = count(events, "ENDED");
        assertThat(grants.values()).allMatch(count -> count == 1);
        assertThat(ends.values()).allMatch(count -> count == 1);
        assertThat(keys(granted.values())).allMatch(grants::containsKey);
        assertThat(keys(released())).allMatch(ends::containsKey);
        assertThat(keys(kept())).noneMatch(ends::containsKey);
    }

    private static List<String> keys(Collection<Grant> grants) {
        return grants.stream()
                .map(grant -> grant.lock() + " " + grant.lease() + " " + grant.token())
                .toList();
    }

    private static Map<String, Long> count(List<AuditEvent> events, String action) {
        return events.stream()
                .filter(event -> event.action().equals(action) && event.name() != null)
                .map(event -> event.name() + " " + event.lease() + " " + event.token())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
