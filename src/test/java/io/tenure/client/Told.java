package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A subscriber that keeps what it is told. Safe for use by many threads. */
final class Told implements Flow.Subscriber<Event> {
    private final long first;

    @GuardedBy("this")
    private final List<Event> events = new ArrayList<>();

    @GuardedBy("this")
    private Flow.@Nullable Subscription subscription;

    @GuardedBy("this")
    private @Nullable String last;

    /** @param first how many events it asks for at once */
    Told(long first) {
        this.first = first;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        synchronized (this) {
            subscription = given;
        }
        if (first > 0) {
            given.request(first);
        }
    }

    @Override
    public synchronized void onNext(Event event) {
        events.add(event);
    }

    @Override
    public synchronized void onError(Throwable fault) {
        last = "error " + (fault instanceof TenureException refused ? refused.code() : fault);
    }

    @Override
    public synchronized void onComplete() {
        last = "complete";
    }

    void request(long count) {
        subscription().request(count);
    }

    void cancel() {
        subscription().cancel();
    }

    private synchronized Flow.Subscription subscription() {
        if (subscription == null) {
            throw new IllegalStateException("not subscribed");
        }
        return subscription;
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** The newest event. */
    synchronized Event newest() {
        return events.get(events.size() - 1);
    }

    synchronized List<String> names() {
        return events.stream().map(Event::name).toList();
    }

    /** How it ended; null while it has not. */
    synchronized @Nullable String last() {
        return last;
    }
}
