package io.tenure.queue;

import io.tenure.api.CycleBody;
import io.tenure.api.NamedBody;
import io.tenure.lease.LeaseNodes;
import io.tenure.queue.Crowds.Line;
import io.tenure.queue.WaitGraph.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the leases that wait for each other. Queues that were read one behind the other may seem to be entangled when they never were;
 * but who stands before whom never changes while both stand, so it is enough to look once more at the places and leases of a cycle,
 * all in one read unless they are very many: what is left is one. Safe for use by many threads.
 */
final class WaitCycles {
    private static final int MOST_NAMED = 5;

    private final LeaseNodes nodes;

    WaitCycles(LeaseNodes nodes) {
        this.nodes = nodes;
    }

    /** Those that there are among these queues. */
    CompletionStage<List<CycleBody>> among(List<Line> lines) {
        Set<String> suspects = cycles(lines, seat -> seat.waits() ? Standing.WAITS : Standing.HOLDS).stream()
                .flatMap(List::stream)
                .collect(Collectors.toSet());
        if (suspects.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        List<Line> closer = lines.stream()
                .map(line -> only(line, suspects))
                .filter(line -> line.seats().size() > 1)
                .toList();
        List<Seat> seats =
                closer.stream().flatMap(line -> line.seats().stream()).toList();
        return Seated.read(nodes, Crowds.LANE, seats).thenApply(seated -> bodies(closer, seated));
    }

    private static List<List<String>> cycles(List<Line> lines, Function<Seat, Standing> standing) {
        WaitGraph graph = new WaitGraph();
        lines.forEach(line -> graph.add(line.want().kind(), line.seats(), standing));
        return graph.cycles();
    }

    private static boolean entangles(Line line, Collection<String> members) {
        return only(line, members).seats().size() > 1;
    }

    private static Line only(Line line, Collection<String> members) {
        return new Line(
                line.want(),
                line.seats().stream()
                        .filter(seat -> members.contains(seat.who()))
                        .toList());
    }

    private static List<CycleBody> bodies(List<Line> lines, Map<Seat, Seated> seated) {
        return cycles(lines, seat -> standing(seated.get(seat))).stream()
                .map(members -> body(new HashSet<>(members), lines, seated))
                .toList();
    }

    private static Standing standing(@Nullable Seated seated) {
        if (seated == null || seated.isClosed()) {
            return Standing.CLOSED;
        }
        return seated.waits() ? Standing.WAITS : Standing.HOLDS;
    }

    private static CycleBody body(Set<String> members, List<Line> lines, Map<Seat, Seated> seated) {
        Map<String, List<Seated>> seats = lines.stream()
                .filter(line -> entangles(line, members))
                .flatMap(line -> only(line, members).seats().stream())
                .map(seated::get)
                .flatMap(Stream::ofNullable)
                .collect(Collectors.groupingBy(each -> each.seat().who(), TreeMap::new, Collectors.toList()));
        String detail =
                seats.values().stream().limit(MOST_NAMED).map(WaitCycles::words).collect(Collectors.joining("; "));
        String more = seats.size() > MOST_NAMED ? "; and " + (seats.size() - MOST_NAMED) + " more" : "";
        return new CycleBody(
                detail + more + ": each waits for another of them, until one gives up, is ended or expires",
                seats.values().stream().map(WaitCycles::member).toList());
    }

    private static CycleBody.Member member(List<Seated> seats) {
        Seated any = seats.get(0);
        return new CycleBody.Member(
                any.id(),
                any.owner(),
                named(seats, Seated::isHeld),
                named(seats, Seated::isReserved),
                named(seats, Seated::waits),
                any.isNative() ? Boolean.TRUE : null);
    }

    private static List<NamedBody> named(List<Seated> seats, Predicate<Seated> which) {
        return seats.stream()
                .filter(which)
                .map(each -> new NamedBody(
                        each.seat().kind().wire(), each.seat().name().value()))
                .toList();
    }

    private static String words(List<Seated> seats) {
        List<String> parts = new ArrayList<>();
        tell(parts, "holds ", named(seats, Seated::isHeld));
        tell(parts, "is first for ", named(seats, Seated::isReserved));
        tell(parts, "waits for ", named(seats, Seated::waits));
        return seats.get(0).called() + " " + String.join(" and ", parts);
    }

    private static void tell(List<String> parts, String verb, List<NamedBody> things) {
        if (!things.isEmpty()) {
            parts.add(verb
                    + things.stream()
                            .map(thing -> thing.kind() + " " + thing.name())
                            .collect(Collectors.joining(", ")));
        }
    }
}
