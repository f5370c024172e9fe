package io.tenure.simulation;

import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Invariant.Violation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Nobody is forgotten: when nothing goes wrong any more, whoever is entitled by its place in a queue and is waited for by a server
 * that runs is granted soon.
 */
final class Prompt {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final World world;
    private final TwinStore store;
    private final Paths paths;
    private final List<Thing> things;
    private final Predicate<String> runs;
    private final Set<String> before = new HashSet<>();
    /** Since when each that waits could have been granted. */
    private final Map<String, Long> since = new TreeMap<>();

    /** @param runs whether the life of a server with this name goes on */
    Prompt(World world, TwinStore store, Paths paths, List<Thing> things, Predicate<String> runs) {
        this.world = world;
        this.store = store;
        this.paths = paths;
        this.things = List.copyOf(things);
        this.runs = runs;
    }

    /** Begins to look, at those who begin to wait from now on: a request from before may be over without a trace. */
    void start() {
        Backup.standing(store, paths).values().forEach(lease -> before.add(lease.attendedBy()));
        look();
    }

    private void look() {
        Set<String> now = new HashSet<>();
        things.forEach(thing -> now.addAll(entitledAndAttended(thing)));
        since.keySet().retainAll(now);
        for (String who : now) {
            if (world.nanos() - since.computeIfAbsent(who, any -> world.nanos()) > SOON.toNanos()) {
                throw new Violation("nobody is forgotten: " + who + " has been entitled for " + SOON.toMillis()
                        + " ms, and is not granted");
            }
        }
        world.after(LOOK.toNanos(), this::look);
    }

    /**
     * The last places of those who are entitled and not granted yet, with the requests that wait for them, and the version of the lease:
     * in slow weather a lease that is renewed all the time may change again and again between the look at it and its grant.
     */
    private List<String> entitledAndAttended(Thing thing) {
        List<String> queue = thing.queue(store, paths);
        int permits = thing.permits(store, paths);
        NavigableMap<String, String> last = new TreeMap<>();
        queue.forEach(place -> last.put(Recipe.lease(place), place));
        return last.entrySet().stream()
                .filter(each -> thing.recipe().entitles(queue, each.getValue(), permits))
                .flatMap(each -> store
                        .node(leaseNode(each.getKey()))
                        .filter(node -> waitsFor(LeaseView.of(node), thing))
                        .map(node -> thing + " " + each.getValue() + " of "
                                + LeaseView.of(node).attendedBy() + " at version "
                                + node.stamp().version())
                        .stream())
                .toList();
    }

    private String leaseNode(String id) {
        return paths.lease(new LeaseId(id));
    }

    private boolean waitsFor(LeaseView view, Thing thing) {
        return view.holds().size() == 1
                && view.in("QUEUED").contains(thing.toString())
                && !before.contains(view.attendedBy())
                && runs.test(view.attendedBy().replaceFirst("/.*", ""));
    }
}
