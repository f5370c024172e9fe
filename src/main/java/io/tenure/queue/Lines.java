package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.DirectoryView;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Timers;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The lines of this server: one for each name that somebody waits for here, with one view of its directory. A view costs the store
 * an event for each change, so it is closed soon after the last waiter has left. Safe for use by many threads.
 */
final class Lines {
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Coordination store;
    private final Paths paths;
    private final Timers timers;

    @GuardedBy("this")
    private final Map<String, Open> open = new HashMap<>();

    Lines(Coordination store, Paths paths, Timers timers) {
        this.store = store;
        this.paths = paths;
        this.timers = timers;
    }

    private record Open(Line line, DirectoryView view) {}

    /** What the line of this name shows, if there is one and it is in step: it saves a read. */
    Optional<Line.Glance> glance(Want want) {
        Open one;
        synchronized (this) {
            one = open.get(paths.directory(want.kind(), want.name()));
        }
        return one == null ? Optional.empty() : one.line().glance();
    }

    /** Who waits here right behind this place, which is the first. */
    Optional<Waiter> behind(Kind kind, Name name, String place) {
        Open one;
        synchronized (this) {
            one = open.get(paths.directory(kind, name));
        }
        return one == null ? Optional.empty() : one.line().behind(place);
    }

    /** Lets the waiter be told of its place in this name's queue. */
    synchronized Line join(Want want, String node, Waiter waiter) {
        String directory = paths.directory(want.kind(), want.name());
        Open one = open.get(directory);
        if (one == null) {
            Line line = new Line(want.kind());
            line.join(node, waiter);
            one = new Open(line, new DirectoryView(store, want.name().value(), directory, line));
            open.put(directory, one);
        } else {
            one.line().join(node, waiter);
        }
        return one.line();
    }

    /** Ends what {@link #join} began. */
    void leave(Want want, String node, Waiter waiter) {
        String directory = paths.directory(want.kind(), want.name());
        Open one;
        synchronized (this) {
            one = open.get(directory);
        }
        if (one != null) {
            one.line().leave(node, waiter);
            if (one.line().isIdle()) {
                timers.after(LINGER, () -> closeIfIdle(directory));
            }
        }
    }

    /** How many views are open. */
    synchronized int count() {
        return open.size();
    }

    private void closeIfIdle(String directory) {
        Open idle;
        synchronized (this) {
            idle = open.get(directory);
            if (idle == null || !idle.line().isIdle()) {
                return;
            }
            open.remove(directory);
        }
        idle.view().close();
    }
}
