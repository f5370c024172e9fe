package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who took an earlier place is granted earlier. Of permits several may be let in at the same moment, by different servers, which do not
 * wait for each other; so somebody may pass those who could all be let in together with it, as far as the audit log tells who had
 * permits then.
 */
final class Passing {
    private Passing() {}

    static Optional<Violation> broken(Case known) {
        return known.thing().kind() == Kind.SEMAPHORE
                ? permits(known)
                : Tokens.ordered(known, Rule.FIFO, Comparator.comparingLong(Claim::placed), Claim::placed);
    }

    private static Optional<Violation> permits(Case known) {
        Map<String, Integer> out = new LinkedHashMap<>();
        int permits = known.permits();
        for (LogEvent event : known.log().events()) {
            String lease = event.lease();
            Claim claim = lease == null ? null : known.claims().get(lease);
            if (lease == null || claim == null) {
                continue;
            }
            if (event.action().equals(LogEvent.ENDED)) {
                out.remove(lease);
            } else if (event.action().equals(LogEvent.GRANTED)) {
                out.put(lease, event.count());
                List<Claim> passed = passed(known, claim, event.token());
                int wanted = out.values().stream().mapToInt(count -> count).sum()
                        + passed.stream().mapToInt(Claim::count).sum();
                if (permits > 0 && !passed.isEmpty() && wanted > permits) {
                    List<String> leases = new ArrayList<>(out.keySet());
                    passed.forEach(one -> leases.add(one.lease()));
                    return Optional.of(known.violation(
                            Rule.FIFO,
                            passed.get(0).lease() + " had its place before " + lease + " asked for " + known.thing()
                                    + ", and was granted it later, though there were not enough permits for both",
                            leases));
                }
            }
        }
        return Optional.empty();
    }

    /** Those who were told of their place before this one asked, and are granted later. */
    private static List<Claim> passed(Case known, Claim claim, long token) {
        return known.granted().stream()
                .filter(other -> other.placed() < claim.asked() && other.token() > token)
                .toList();
    }
}
