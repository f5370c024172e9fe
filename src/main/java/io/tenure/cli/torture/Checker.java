package io.tenure.cli.torture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Whether calls, their answers and the audit log can all be true, if the service keeps its promises (docs/guarantees.md). Knows no
 * server and no clock: the same calls give the same violations.
 *
 * <p>An answer that did not come proves nothing: what it may have done is allowed, and not required.
 */
public final class Checker {
    private static final Map<Rule, Function<Case, Optional<Violation>>> RULES = rules();

    private Checker() {}

    private static Map<Rule, Function<Case, Optional<Violation>>> rules() {
        Map<Rule, Function<Case, Optional<Violation>>> rules = new LinkedHashMap<>();
        rules.put(Rule.EXCLUSION, Exclusion::broken);
        rules.put(Rule.TOKENS, Tokens::broken);
        rules.put(Rule.FIFO, Passing::broken);
        rules.put(Rule.EARLY, Ends::early);
        rules.put(Rule.ENDED, Ends::ended);
        rules.put(Rule.ONCE, Audited::broken);
        return rules;
    }

    /**
     * Checks all calls about some things.
     *
     * @param log all that the audit log says of these things
     * @return at most one for each rule and thing, each the shortest piece that still shows it
     */
    public static List<Violation> check(List<Call> calls, Log log) {
        Map<Thing, List<Call>> byThing = new LinkedHashMap<>();
        calls.forEach(call ->
                byThing.computeIfAbsent(call.thing(), any -> new ArrayList<>()).add(call));
        Map<Thing, List<LogEvent>> logged = new LinkedHashMap<>();
        log.events()
                .forEach(event -> logged.computeIfAbsent(event.thing(), any -> new ArrayList<>())
                        .add(event));
        Set<Thing> things = new LinkedHashSet<>(byThing.keySet());
        things.addAll(logged.keySet());
        List<Violation> violations = new ArrayList<>();
        for (Thing thing : things) {
            Case known = new Case(
                    thing,
                    byThing.getOrDefault(thing, List.of()),
                    new Log(logged.getOrDefault(thing, List.of()), log.complete()));
            RULES.forEach((rule, broken) ->
                    broken.apply(known).ifPresent(found -> violations.add(Shrink.shrunk(known, found, broken))));
        }
        return violations;
    }
}
