package io.tenure.queue;

import io.tenure.api.Times;
import io.tenure.api.WaitBody;
import io.tenure.api.WaitsBody;
import io.tenure.lease.LeaseNodes;
import io.tenure.queue.Crowds.Line;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Shows who waits for whom, over all queues at once, and who waits for each other. It only reads, and so many names and places at
 * most. Safe for use by many threads.
 */
public final class WaitLooks {
    private static final int MOST_NAMES = 10_000;
    private static final int MOST_PLACES = 100_000;
    private static final int MOST_BEHIND = 10;

    private final LeaseNodes nodes;
    private final Crowds crowds;
    private final WaitCycles cycles;

    public WaitLooks(LeaseNodes nodes) {
        this(nodes, MOST_NAMES, MOST_PLACES);
    }

    WaitLooks(LeaseNodes nodes, int mostNames, int mostPlaces) {
        this.nodes = nodes;
        this.crowds = new Crowds(nodes, mostNames, mostPlaces);
        this.cycles = new WaitCycles(nodes);
    }

    /**
     * Those that wait.
     *
     * @param prefix what the names begin with; others are not looked at, for cycles neither
     * @param limit how many waiting holds are listed at most; cycles are found among all
     */
    public CompletionStage<WaitsBody> look(String prefix, int limit) {
        return crowds.find(prefix)
                .thenCompose(some -> crowds.lines(some.crowds())
                        .thenCompose(lines -> items(lines, limit)
                                .thenCombine(
                                        cycles.among(lines),
                                        (items, found) ->
                                                new WaitsBody(items, waiting(lines), found, some.complete()))));
    }

    private static int waiting(List<Line> lines) {
        return lines.stream()
                .mapToInt(
                        line -> (int) line.seats().stream().filter(Seat::waits).count())
                .sum();
    }

    private CompletionStage<List<WaitBody>> items(List<Line> lines, int limit) {
        Map<Seat, List<Seat>> behind = new LinkedHashMap<>();
        for (Line line : lines) {
            List<Seat> seats = line.seats();
            for (int i = 0; i < seats.size() && behind.size() < limit; i++) {
                Seat seat = seats.get(i);
                if (seat.waits()) {
                    behind.put(
                            seat,
                            seats.subList(0, i).stream()
                                    .filter(seat::isBehind)
                                    .limit(MOST_BEHIND)
                                    .toList());
                }
            }
        }
        Set<Seat> asked = new LinkedHashSet<>(behind.keySet());
        behind.values().forEach(asked::addAll);
        return Seated.read(nodes, Crowds.LANE, asked)
                .thenApply(seated -> behind.entrySet().stream()
                        .flatMap(entry -> item(entry.getKey(), entry.getValue(), seated).stream())
                        .toList());
    }

    private static Optional<WaitBody> item(Seat seat, List<Seat> behind, Map<Seat, Seated> seated) {
        return Optional.ofNullable(seated.get(seat))
                .filter(Seated::waits)
                .map(waiter -> new WaitBody(
                        waiter.id(),
                        waiter.owner(),
                        seat.kind().wire(),
                        seat.name().value(),
                        waiter.mode(),
                        waiter.count(),
                        seat.position(),
                        Times.text(waiter.since()),
                        behind.stream()
                                .map(seated::get)
                                .flatMap(Stream::ofNullable)
                                .map(Seated::id)
                                .toList(),
                        waiter.isNative() ? Boolean.TRUE : null));
    }
}
