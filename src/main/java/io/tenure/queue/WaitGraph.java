package io.tenure.queue;

import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Who waits for whom, over many queues. Of all whom somebody waits for only the nearest are edges: these wait for the others, so
 * everybody is reached all the same, and a queue of n has some n edges instead of n². Used by one thread.
 */
final class WaitGraph {
    private final Map<String, Set<String>> edges = new HashMap<>();

    /** How somebody stands in a queue. */
    enum Standing {
        /** It holds, or is first and takes part in what keeps others out. */
        HOLDS,
        WAITS,
        /** It has ended and only keeps the name closed for a while: nobody waits for it for ever. */
        CLOSED
    }

    /** Adds a queue. */
    void add(Kind kind, List<Seat> seats, Function<Seat, Standing> standing) {
        // those that the next one waits for, if it waits at all
        List<Seat> nearest = new ArrayList<>();
        List<Seat> writers = new ArrayList<>();
        for (Seat seat : seats) {
            Standing how = standing.apply(seat);
            if (how == Standing.CLOSED) {
                continue;
            }
            boolean waits = how == Standing.WAITS;
            boolean reads = seat.last().reads();
            if (waits) {
                add(seat, reads ? writers : nearest);
            }
            if (reads) {
                nearest.add(seat);
            } else if (kind == Kind.RWLOCK) {
                writers = List.of(seat);
                nearest = new ArrayList<>(writers);
            } else if (waits) {
                nearest = new ArrayList<>(List.of(seat));
            } else {
                nearest.add(seat);
            }
        }
    }

    private void add(Seat from, Collection<Seat> to) {
        to.forEach(seat ->
                edges.computeIfAbsent(from.who(), any -> new LinkedHashSet<>()).add(seat.who()));
    }

    /** Those who wait for each other ({@link Seat#who}), each in one list at most. */
    List<List<String>> cycles() {
        return Cycles.of(edges);
    }
}
