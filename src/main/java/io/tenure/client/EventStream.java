package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;
import java.util.concurrent.Flow.Subscriber;
import org.jspecify.annotations.Nullable;

/** The events of one thing for one subscriber, who is told on threads that it may block. Safe for use by many threads. */
final class EventStream implements Flow.Subscription, EventReader.Sink {
    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());

    private final Subscriber<? super Event> subscriber;
    private final boolean ends;
    private final EventReader reader;
    private final Turns turns;

    /** Whether the subscriber knows that it is one, before which it is told nothing. */
    @GuardedBy("this")
    private boolean subscribed;

    /** No more than were asked for. */
    @GuardedBy("this")
    private final Deque<Event> ready = new ArrayDeque<>();

    /** Whether the reader has said that there is no more. */
    @GuardedBy("this")
    private boolean ended;

    /** Why it ends before its time. */
    @GuardedBy("this")
    private @Nullable Throwable fault;

    /** Whether nothing more is told. */
    @GuardedBy("this")
    private boolean over;

    /** @param ends whether the event {@code ended} is the last, as it is of a lease */
    EventStream(Engine engine, Streams streams, String path, boolean ends, Subscriber<? super Event> subscriber) {
        this.subscriber = subscriber;
        this.ends = ends;
        this.reader = new EventReader(engine, streams, path, this);
        this.turns = new Turns(engine.time(), this::tell);
    }

    void begin() {
        try {
            subscriber.onSubscribe(this);
        } catch (RuntimeException | Error e) {
            cancel();
            throw e;
        }
        synchronized (this) {
            subscribed = true;
        }
        turns.wake();
    }

    @Override
    public void request(long count) {
        if (count > 0) {
            reader.more(count);
            return;
        }
        reader.close();
        synchronized (this) {
            ready.clear();
            ended = true;
            fault = new IllegalArgumentException("request: above zero; got " + count);
        }
        turns.wake();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            over = true;
            ready.clear();
        }
        reader.close();
    }

    @Override
    public void event(Event event) {
        synchronized (this) {
            ready.add(event);
            ended |= ends && event.name().equals("ended");
        }
        turns.wake();
    }

    @Override
    public void away(String why) {
        LOG.log(System.Logger.Level.DEBUG, "A stream of events has no connection: {0}", why);
    }

    @Override
    public void end(@Nullable TenureException refusal) {
        synchronized (this) {
            ended = true;
            fault = refusal;
        }
        turns.wake();
    }

    private void tell() {
        try {
            Event event = next();
            while (event != null) {
                subscriber.onNext(event);
                event = next();
            }
            if (isLast()) {
                reader.close();
                Throwable why = why();
                if (why != null) {
                    subscriber.onError(why);
                } else {
                    subscriber.onComplete();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "A subscriber to events has failed, and is told no more", e);
            cancel();
        }
    }

    private synchronized @Nullable Event next() {
        return over || !subscribed ? null : ready.poll();
    }

    /** True once, when everything was told but the end. */
    private synchronized boolean isLast() {
        if (over || !subscribed || !ended || !ready.isEmpty()) {
            return false;
        }
        over = true;
        return true;
    }

    private synchronized @Nullable Throwable why() {
        return fault;
    }
}
