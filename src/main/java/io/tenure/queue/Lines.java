package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.DirectoryView;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** @param permits what follows the permits of a semaphore; null for another kind */
    private record Open(Line line, DirectoryView view, Coordination.@Nullable Registration permits) {
        void close() {
            view.close();
            if (permits != null) {
                permits.close();
            }
        }
    }

    /** What the line of this name shows, if there is one and it is in step: it saves a read. */
    Optional<Sight> sight(Want want) {
        return line(want.kind(), want.name()).flatMap(line -> line.sight(want));
    }

    /** The line of this name, if there is one. */
    Optional<Line> line(Kind kind, Name name) {
        synchronized (this) {
            return Optional.ofNullable(open.get(paths.directory(kind, name))).map(Open::line);
        }
    }

    /** Lets the waiter be told of its place in this name's queue. */
    synchronized Line join(Want want, String node, Waiter waiter) {
        String directory = paths.directory(want.kind(), want.name());
        Open one = open.get(directory);
        if (one == null) {
            Line line = new Line(want.kind());
            line.join(node, waiter);
            one = new Open(
                    line,
                    new DirectoryView(store, want.name().value(), directory, line),
                    want.kind() == Kind.SEMAPHORE ? follow(want.name(), line) : null);
            open.put(directory, one);
        } else {
            one.line().join(node, waiter);
        }
        return one.line();
    }

    private Coordination.Registration follow(Name semaphore, Line line) {
        String lane = semaphore.value();
        return store.watch(lane, paths.permits(semaphore), new Watcher() {
            @Override
            public void standing() {
                read();
            }

            @Override
            public void changed(Change change, String path) {
                read();
            }

            @Override
            public void interrupted() {
                line.permitsStale();
            }

            private void read() {
                store.read(lane, List.of(Permits.query(paths, semaphore))).whenComplete((found, failure) -> {
                    if (failure == null) {
                        line.permit(Permits.of(found.get(0)).orElse(Permits.NONE));
                    } else if (store.connected(lane)) {
                        timers.after(LINGER, this::read);
                    }
                });
            }
        });
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

    /** Lets all who wait look whether it is their turn. */
    void turn() {
        List<Open> all;
        synchronized (this) {
            all = List.copyOf(open.values());
        }
        all.forEach(one -> one.line().turn());
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
        idle.close();
    }
}
