package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Somebody who is told who leads, until it is closed. Safe for use by many threads. */
public final class Following implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Following.class.getName());

    /** How long what was told last counts when there is no connection: while a server is left for another, leaders stay. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private final Time time;
    private final Consumer<Leadership> listener;
    private final EventReader reader;
    private final Turns turns;

    private volatile Leadership latest = new Leadership.Unknown("no server has been asked yet");

    /** Since when there is no connection, as an object of its own for each time; null while there is one. */
    @GuardedBy("this")
    private @Nullable Object away;

    private volatile boolean closed;

    /** Belongs to the turn under way. */
    private @Nullable Leadership told;

    Following(Engine engine, Streams streams, Name election, Consumer<Leadership> listener) {
        this.time = engine.time();
        this.listener = listener;
        this.reader = new EventReader(engine, streams, "/v1/elections/" + election + "/events", new Told());
        this.turns = new Turns(engine.time(), this::tell);
    }

    Following begin() {
        gone("no server has answered yet");
        reader.more(Long.MAX_VALUE);
        return this;
    }

    /** Who leads, as it was told last. */
    public Leadership latest() {
        return latest;
    }

    /** Nothing is told any more, but for what is being told now. */
    @Override
    public void close() {
        closed = true;
        reader.close();
    }

    private void gone(String why) {
        Object mark = new Object();
        synchronized (this) {
            if (away != null) {
                return;
            }
            away = mark;
        }
        time.after(GRACE, () -> {
            synchronized (this) {
                if (away != mark) {
                    return;
                }
                latest = new Leadership.Unknown(why);
            }
            turns.wake();
        });
    }

    private void tell() {
        Leadership now = latest;
        if (closed || isTold(now)) {
            return;
        }
        told = now;
        try {
            listener.accept(now);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "A listener to who leads has failed", e);
        }
    }

    /** Why it cannot be told is no news. */
    private boolean isTold(Leadership now) {
        return now.equals(told) || (now instanceof Leadership.Unknown && told instanceof Leadership.Unknown);
    }

    private final class Told implements EventReader.Sink {
        @Override
        public void event(Event event) {
            synchronized (Following.this) {
                away = null;
                latest = Leadership.of(event.data());
            }
            turns.wake();
        }

        @Override
        public void away(String why) {
            gone(why);
        }

        @Override
        public void end(@Nullable TenureException refusal) {
            LOG.log(System.Logger.Level.WARNING, "Who leads is not told any more: {0}", String.valueOf(refusal));
            synchronized (Following.this) {
                away = null;
                latest = new Leadership.Unknown(String.valueOf(refusal));
            }
            turns.wake();
        }
    }
}
