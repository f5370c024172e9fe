package io.tenure.simulation;

import io.tenure.coordination.Paths;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import io.tenure.simulation.Invariant.Violation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Nobody is forgotten: when nothing goes wrong any more, whoever is first in a queue and is waited for by a server that runs is
 * granted soon.
 */
final class Prompt {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final World world;
    private final TwinStore store;
    private final Paths paths;
    private final List<Name> locks;
    private final Predicate<String> runs;
    private final Set<String> before = new HashSet<>();
    private final Map<Name, String> waiting = new TreeMap<>();
    private final Map<Name, Long> since = new TreeMap<>();

    /** @param runs whether the life of a server with this name goes on */
    Prompt(World world, TwinStore store, Paths paths, List<Name> locks, Predicate<String> runs) {
        this.world = world;
        this.store = store;
        this.paths = paths;
        this.locks = List.copyOf(locks);
        this.runs = runs;
    }

    /** Begins to look, at those who begin to wait from now on: a request from before may be over without a trace. */
    void start() {
        Backup.standing(store, paths).values().forEach(lease -> before.add(lease.attendedBy()));
        look();
    }

    private void look() {
        locks.forEach(this::look);
        world.after(LOOK.toNanos(), this::look);
    }

    private void look(Name lock) {
        String now = attendedAndFirst(lock);
        if (now.isEmpty() || !now.equals(waiting.put(lock, now))) {
            since.put(lock, world.nanos());
            waiting.put(lock, now);
        } else if (world.nanos() - since.getOrDefault(lock, 0L) > SOON.toNanos()) {
            throw new Violation("nobody is forgotten: " + now + " has been the first for " + lock + " for "
                    + SOON.toMillis() + " ms, and is not granted");
        }
    }

    /** The first place and the request that waits for it; empty when it is granted, a native's, or nobody waits. */
    private String attendedAndFirst(Name lock) {
        List<String> places = store.children(paths.directory(Kind.LOCK, lock)).stream()
                .sorted(OneHolder.ORDER)
                .toList();
        if (places.isEmpty()) {
            return "";
        }
        String lease = OneHolder.lease(places.get(0));
        return places.get(0).length() < 40
                ? ""
                : store.node(paths.lease(new io.tenure.name.LeaseId(lease)))
                        .map(LeaseView::of)
                        .filter(view -> view.holds().size() == 1
                                && view.in("QUEUED").contains("lock/" + lock)
                                && !before.contains(view.attendedBy())
                                && runs.test(view.attendedBy().replaceFirst("/.*", "")))
                        .map(view -> places.get(0) + " of " + view.attendedBy())
                        .orElse("");
    }
}
