package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.DirectoryView;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One name's queue as this server sees it while somebody waits here. It tells a waiter when its turn has come, and when its place
 * has gone; both are hints, and the waiter reads before it acts. Safe for use by many threads.
 */
final class Line implements DirectoryView.Listener {
    @GuardedBy("this")
    private final Contenders contenders;

    @GuardedBy("this")
    private final Map<String, List<Waiter>> waiters = new HashMap<>();

    @GuardedBy("this")
    private boolean inStep;

    /** Whether it is known how many permits there are. */
    @GuardedBy("this")
    private boolean permitted;

    Line(Kind kind) {
        this.contenders = new Contenders(kind, kind == Kind.SEMAPHORE ? Permits.NONE : Permits.ONE);
        this.permitted = kind != Kind.SEMAPHORE;
    }

    /** Whether what it shows is in step with the store. */
    synchronized boolean isInStep() {
        return inStep && permitted;
    }

    /** What it shows to who wants this; empty while it is not in step with the store. */
    synchronized Optional<Sight> sight(Want want) {
        return isInStep() ? Optional.of(Sight.of(want, contenders)) : Optional.empty();
    }

    /** Whether this place is entitled to hold now, as far as is known. */
    synchronized boolean isEntitled(Place place) {
        return isInStep() && contenders.isEntitled(place);
    }

    /** Whether this place is in the queue, as far as is known. */
    synchronized boolean has(Place place) {
        return contenders.has(place);
    }

    /** How many holds wait before this place, it counted, as far as is known; 0 when it is entitled. */
    synchronized int position(Place place) {
        return contenders.position(place);
    }

    /** Of a semaphore its permits, as far as is known. */
    synchronized Permits permits() {
        return contenders.permits();
    }

    /**
     * Those who wait here and are entitled once these places are gone, the first first; of several requests for one place the latest.
     *
     * @param most at most so many
     */
    synchronized List<Waiter> entitledWithout(Collection<String> gone, int most) {
        if (!isInStep() || waiters.isEmpty()) {
            return List.of();
        }
        Map<String, List<Waiter>> all = waiters;
        return contenders.entitledWithout(gone, place -> all.containsKey(place.node()), most).stream()
                .map(place -> all.get(place.node()))
                .map(here -> here.get(here.size() - 1))
                .toList();
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
        synchronized (this) {
            contenders.reset(children);
            inStep = true;
        }
        turn();
    }

    /** The semaphore has these permits from now on. */
    void permit(Permits permits) {
        synchronized (this) {
            contenders.permit(permits);
            permitted = true;
        }
        turn();
    }

    /** Lets all who wait here look whether it is their turn. */
    void turn() {
        List<Waiter> all = new ArrayList<>();
        synchronized (this) {
            waiters.values().forEach(all::addAll);
        }
        all.forEach(Waiter::turn);
    }

    @Override
    public void added(String child) {
        List<Waiter> here;
        synchronized (this) {
            contenders.add(child);
            here = List.copyOf(waiters.getOrDefault(child, List.of()));
        }
        here.forEach(Waiter::turn);
    }

    @Override
    public void removed(String child) {
        List<Waiter> turn = new ArrayList<>();
        synchronized (this) {
            contenders.remove(child);
            if (!waiters.isEmpty()) {
                Map<String, List<Waiter>> all = waiters;
                turn.addAll(all.getOrDefault(child, List.of()));
                contenders
                        .entitled(place -> all.containsKey(place.node()), Integer.MAX_VALUE)
                        .forEach(place -> turn.addAll(all.getOrDefault(place.node(), List.of())));
            }
        }
        turn.forEach(Waiter::turn);
    }

    @Override
    public synchronized void stale() {
        inStep = false;
    }

    /** It is not known how many permits there are, until {@link #permit} is called again. */
    synchronized void permitsStale() {
        permitted = contenders.permits().equals(Permits.ONE);
    }
}
