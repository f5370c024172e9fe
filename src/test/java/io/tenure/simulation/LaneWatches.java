package io.tenure.simulation;

import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The watches that a server has asked for on one lane: each lasts until it is closed, over all connections and sessions. */
final class LaneWatches {
    private final List<Watch> open = new ArrayList<>();

    /** One watch. */
    final class Watch implements Registration {
        final String path;
        private final Watcher watcher;
        private final Consumer<String> lastClosed;

        Watch(String path, Watcher watcher, Consumer<String> lastClosed) {
            this.path = path;
            this.watcher = watcher;
            this.lastClosed = lastClosed;
        }

        /** The store has it from now on. */
        void stand() {
            if (open.contains(this)) {
                watcher.standing();
            }
        }

        @Override
        public void close() {
            if (open.remove(this) && open.stream().noneMatch(other -> other.path.equals(path))) {
                lastClosed.accept(path);
            }
        }
    }

    /** @param lastClosed is told the path when the last watch on it is closed */
    Watch add(String path, Watcher watcher, Consumer<String> lastClosed) {
        Watch watch = new Watch(path, watcher, lastClosed);
        open.add(watch);
        return watch;
    }

    List<Watch> all() {
        return List.copyOf(open);
    }

    /** @param still whether the connection that brought the news is still the one that counts */
    void changed(List<Touch> news, BooleanSupplier still) {
        for (Touch touch : news) {
            Watcher.Change change = touch.change();
            for (Watch watch : all()) {
                if (still.getAsBoolean()
                        && change != null
                        && open.contains(watch)
                        && TwinTree.covers(watch.path, touch.path())) {
                    watch.watcher.changed(change, touch.path());
                }
            }
        }
    }

    void interrupted() {
        for (Watch watch : all()) {
            if (open.contains(watch)) {
                watch.watcher.interrupted();
            }
        }
    }
}
