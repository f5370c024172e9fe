package io.tenure.coordination;

import io.tenure.coordination.Coordination.Registration;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The children of one directory, kept in step by a watch and told to a listener.
 *
 * <p>It lists behind the watch once that stands, and again each time it stands anew. A directory that is not there is an empty one;
 * it may be deleted and created again, also within one transaction. Names recur, so a name that is removed and added at once is
 * told as both.
 *
 * <p>Everything happens on the lane's thread; {@link #close} may be called from any.
 */
public final class DirectoryView implements AutoCloseable {
    /** Is told what the directory holds. Called on the lane's thread, one call after the other; must not block. */
    public interface Listener {
        /** The view is in step: these are all the children, whatever was told before. */
        void reset(Collection<String> children);

        /** This child, which was not there, is. */
        void added(String child);

        /** This child, which was there, is not. */
        void removed(String child);

        /** What was told may be out of date, until {@link #reset} is called again. */
        void stale();
    }

    private record Event(Watcher.Change change, String path) {}

    private final Coordination coordination;
    private final String lane;
    private final String path;
    private final Listener listener;
    private final Registration registration;
    private volatile boolean closed;

    // The rest belongs to the lane's thread.
    private final Set<String> children = new LinkedHashSet<>();
    /** What happened while the listing is out; null while none is. */
    private @Nullable List<Event> meanwhile;
    /** Grows with each listing and each interruption, so that the answer to an old listing is known as such. */
    private int round;

    private boolean inStep;

    /** Opens the watch; the listener is first called when the first listing is there. */
    public DirectoryView(Coordination coordination, String lane, String path, Listener listener) {
        this.coordination = coordination;
        this.lane = lane;
        this.path = path;
        this.listener = listener;
        this.registration = coordination.watch(lane, path, new Follower());
    }

    /** Ends the watch. A call to the listener that is under way on the lane's thread may still end after it. */
    @Override
    public void close() {
        closed = true;
        registration.close();
    }

    private final class Follower implements Watcher {
        @Override
        public void standing() {
            list();
        }

        @Override
        public void changed(Change change, String changed) {
            if (meanwhile != null) {
                meanwhile.add(new Event(change, changed));
            } else if (inStep && !closed) {
                apply(new Event(change, changed), listener);
            }
        }

        @Override
        public void interrupted() {
            round++;
            meanwhile = null;
            if (inStep) {
                inStep = false;
                if (!closed) {
                    listener.stale();
                }
            }
        }
    }

    private void list() {
        int current = ++round;
        meanwhile = new ArrayList<>();
        coordination
                .read(lane, List.of(new Query.Children(path)))
                .whenComplete((found, failure) -> listed(current, found, failure));
    }

    private void listed(int current, @Nullable List<Found> found, @Nullable Throwable failure) {
        List<Event> since = meanwhile;
        if (current != round || since == null || closed) {
            return;
        }
        if (found == null) {
            meanwhile = null;
            // Without connection the watch will stand anew, and that lists again; nothing else is going to.
            if (isTransient(failure) && coordination.connected(lane)) {
                list();
            }
            return;
        }
        children.clear();
        if (found.get(0) instanceof Found.Children listed) {
            children.addAll(listed.names());
        }
        // Each of these is shown by the listing or comes after it; for one name the last event decides either way.
        since.forEach(event -> apply(event, Silent.LISTENER));
        meanwhile = null;
        inStep = true;
        listener.reset(List.copyOf(children));
    }

    private static boolean isTransient(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Refusal refusal && refusal.code() == ErrorCode.STORE_UNAVAILABLE;
    }

    private void apply(Event event, Listener told) {
        if (event.path().equals(path)) {
            if (event.change() == Watcher.Change.DELETED) {
                List.copyOf(children).forEach(child -> remove(child, told));
            }
            return;
        }
        String child = event.path().substring(path.length() + 1);
        if (child.indexOf('/') >= 0) {
            return;
        }
        switch (event.change()) {
            case CREATED -> add(child, told);
            case DELETED -> remove(child, told);
            case CHANGED -> {}
        }
    }

    private void add(String child, Listener told) {
        if (children.add(child)) {
            told.added(child);
        }
    }

    private void remove(String child, Listener told) {
        if (children.remove(child)) {
            told.removed(child);
        }
    }

    /** Takes the events that a listing sums up. */
    private enum Silent implements Listener {
        LISTENER;

        @Override
        public void reset(Collection<String> children) {}

        @Override
        public void added(String child) {}

        @Override
        public void removed(String child) {}

        @Override
        public void stale() {}
    }
}
