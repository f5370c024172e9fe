package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.DirectoryView;
import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One name's queue as this server sees it while somebody waits here. It tells a waiter when its turn has come, and when its place
 * has gone; both are hints, and the waiter reads before it acts. Safe for use by many threads.
 */
final class Line implements DirectoryView.Listener {
    private final Kind kind;

    @GuardedBy("this")
    private final TreeSet<Place> places = new TreeSet<>();

    @GuardedBy("this")
    private final Map<String, List<Waiter>> waiters = new HashMap<>();

    @GuardedBy("this")
    private boolean inStep;

    Line(Kind kind) {
        this.kind = kind;
    }

    /**
     * What a line shows: how many places there are, and the first.
     *
     * @param length holders and waiters together
     */
    record Glance(int length, Optional<Place> first) {}

    /** What it shows now; empty while it is not in step with the store. */
    synchronized Optional<Glance> glance() {
        return inStep
                ? Optional.of(
                        new Glance(places.size(), places.isEmpty() ? Optional.empty() : Optional.of(places.first())))
                : Optional.empty();
    }

    /** Whether this place is the first now, as far as is known. */
    synchronized boolean isFirst(String node) {
        return inStep && !places.isEmpty() && places.first().node().equals(node);
    }

    /** Whether this place is in the queue, as far as is known. */
    synchronized boolean has(Place place) {
        return places.contains(place);
    }

    /** How many stand before this place, as far as is known. */
    synchronized int position(Place place) {
        return places.headSet(place).size();
    }

    /** Who waits here right behind this place, if that is the first as far as is known; of several requests the latest. */
    synchronized Optional<Waiter> behind(String node) {
        if (!isFirst(node)) {
            return Optional.empty();
        }
        Place next = places.higher(places.first());
        List<Waiter> here = next == null ? List.of() : waiters.getOrDefault(next.node(), List.of());
        return here.isEmpty() ? Optional.empty() : Optional.of(here.get(here.size() - 1));
    }

    /** From now on the waiter is told of this place. */
    synchronized void join(String node, Waiter waiter) {
        waiters.computeIfAbsent(node, key -> new ArrayList<>(1)).add(waiter);
    }

    /** The waiter is told nothing more. */
    synchronized void leave(String node, Waiter waiter) {
        List<Waiter> here = waiters.get(node);
        if (here != null && here.remove(waiter) && here.isEmpty()) {
            waiters.remove(node);
        }
    }

    /** Whether nobody waits here any more. */
    synchronized boolean isIdle() {
        return waiters.isEmpty();
    }

    @Override
    public void reset(Collection<String> children) {
        List<Waiter> all = new ArrayList<>();
        synchronized (this) {
            places.clear();
            children.forEach(child -> places.add(Place.of(kind, child)));
            inStep = true;
            waiters.values().forEach(all::addAll);
        }
        all.forEach(Waiter::turn);
    }

    @Override
    public void added(String child) {
        List<Waiter> turn;
        synchronized (this) {
            places.add(Place.of(kind, child));
            turn = first();
        }
        turn.forEach(Waiter::turn);
    }

    @Override
    public void removed(String child) {
        List<Waiter> turn = new ArrayList<>();
        synchronized (this) {
            places.remove(Place.of(kind, child));
            turn.addAll(waiters.getOrDefault(child, List.of()));
            turn.addAll(first());
        }
        turn.forEach(Waiter::turn);
    }

    @Override
    public synchronized void stale() {
        inStep = false;
    }

    @GuardedBy("this")
    private List<Waiter> first() {
        return places.isEmpty()
                ? List.of()
                : List.copyOf(waiters.getOrDefault(places.first().node(), List.of()));
    }
}
