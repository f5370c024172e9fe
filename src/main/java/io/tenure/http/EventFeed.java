package io.tenure.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one stream has yet to write: at most {@link #MOST} events.
 *
 * <p>When more come than the client reads, all that wait are dropped, and nothing is kept until the client reads again. Then the source
 * is asked anew, and its first event, which is the state by then, says that others have been missed.
 *
 * <p>The source tells it on any thread. All other methods are the stream's, one call at a time.
 */
final class EventFeed implements AutoCloseable {
    /** Most events that wait for one client. Their bodies are shared by all streams that they were told to. */
    static final int MOST = 16;

    private final Function<EventSource.Sink, EventSource.Subscription> source;
    private final @Nullable String lastSeen;
    private final Runnable news;

    private EventSource.@Nullable Subscription subscription;

    /** Who listens to the source now; null when nobody has begun to. */
    @GuardedBy("this")
    private @Nullable Tap tap;

    /** Whether the source must be asked for the state, at first or because events have been dropped. */
    @GuardedBy("this")
    private boolean behind = true;

    @GuardedBy("this")
    private final Deque<Event> waiting = new ArrayDeque<>(2);

    @GuardedBy("this")
    private @Nullable Throwable fault;

    /**
     * Begins without asking the source.
     *
     * @param lastSeen the revision that the client saw last; null when it comes for the first time
     * @param news is run, without a lock, when there is something to write; it must return at once
     */
    EventFeed(Function<EventSource.Sink, EventSource.Subscription> source, @Nullable String lastSeen, Runnable news) {
        this.source = source;
        this.lastSeen = lastSeen;
        this.news = news;
    }

    /** Whether an event waits. Asks the source for the state if that is due. */
    boolean ready() {
        Tap due = due();
        if (due != null) {
            ask(due);
        }
        synchronized (this) {
            return !waiting.isEmpty();
        }
    }

    /** The next event, in the order told; null when none waits. Asks the source for the state if that is due. */
    @Nullable
    Event next() {
        if (!ready()) {
            return null;
        }
        synchronized (this) {
            return waiting.poll();
        }
    }

    /** Why nothing more will be told; null while something may be. */
    synchronized @Nullable Throwable fault() {
        return fault;
    }

    @Override
    public void close() {
        synchronized (this) {
            tap = null;
            behind = false;
            waiting.clear();
        }
        unsubscribe();
    }

    private synchronized @Nullable Tap due() {
        if (!behind || fault != null) {
            return null;
        }
        behind = false;
        tap = new Tap(tap != null);
        return tap;
    }

    private void ask(Tap due) {
        unsubscribe();
        try {
            subscription = source.apply(due);
        } catch (RuntimeException e) {
            due.fail(e);
        }
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
    }

    /**
     * One event that waits.
     *
     * @param missed whether the body is to say that events before it were missed
     */
    record Event(String name, String revision, Object body, boolean missed) {}

    /** The sink of one subscription. What is told to one that another has replaced is dropped. */
    private final class Tap implements EventSource.Sink {
        private final boolean again;

        @GuardedBy("EventFeed.this")
        private boolean stated;

        private Tap(boolean again) {
            this.again = again;
        }

        @Override
        public void event(String name, String revision, Object body) {
            synchronized (EventFeed.this) {
                if (tap != this || behind || fault != null || (!stated && !name.equals("state"))) {
                    return;
                }
                if (waiting.size() < MOST) {
                    waiting.add(new Event(name, revision, body, !stated && missed(revision)));
                } else {
                    waiting.clear();
                    behind = true;
                }
                stated = true;
            }
            news.run();
        }

        private boolean missed(String revision) {
            return again || (lastSeen != null && !lastSeen.equals(revision));
        }

        @Override
        public void fail(Throwable why) {
            synchronized (EventFeed.this) {
                if (tap != this || fault != null) {
                    return;
                }
                fault = why;
            }
            news.run();
        }
    }
}
