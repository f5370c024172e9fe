package io.tenure.http;

import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A source of events that the test tells: a thing has a state from the beginning, and each thing that is told is its state then. */
final class ToldEvents implements EventSource {
    private final Map<String, List<Sink>> sinks = new ConcurrentHashMap<>();
    private final Map<String, Integer> revisions = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();

    /** What is done instead with a sink of this thing. */
    private final Map<String, Consumer<Sink>> instead = new ConcurrentHashMap<>();

    @Override
    public Subscription subscribe(Kind kind, Name name, Sink sink) {
        return subscribe(kind.wire() + " " + name, sink);
    }

    @Override
    public Subscription subscribe(LeaseId lease, Sink sink) {
        return subscribe("lease " + lease, sink);
    }

    private synchronized Subscription subscribe(String thing, Sink sink) {
        asked.merge(thing, 1, Integer::sum);
        all(thing).add(sink);
        Consumer<Sink> other = instead.get(thing);
        if (other == null) {
            sink.event("state", "r" + revision(thing), new Body(thing, null));
        } else {
            other.accept(sink);
        }
        return () -> all(thing).remove(sink);
    }

    /** Tells all who listen to this thing. */
    synchronized void tell(String thing, String event, @Nullable String text) {
        revisions.merge(thing, 1, Integer::sum);
        all(thing).forEach(sink -> sink.event(event, "r" + revision(thing), new Body(thing, text)));
    }

    /** Tells all who listen to this thing what is no record. */
    void tellUnwritable(String thing) {
        all(thing).forEach(sink -> sink.event("granted", "r", new Object()));
    }

    void fail(String thing, Throwable fault) {
        all(thing).forEach(sink -> sink.fail(fault));
    }

    /** Does this with each sink that comes from now on, instead of telling it the state. */
    void instead(String thing, Consumer<Sink> what) {
        instead.put(thing, what);
    }

    /** How many listen to this thing. */
    int listeners(String thing) {
        return all(thing).size();
    }

    /** How often somebody began to. */
    int asked(String thing) {
        return asked.getOrDefault(thing, 0);
    }

    private int revision(String thing) {
        return revisions.getOrDefault(thing, 0);
    }

    private List<Sink> all(String thing) {
        return sinks.computeIfAbsent(thing, any -> new CopyOnWriteArrayList<>());
    }

    /** What is written of a thing. */
    record Body(String thing, @Nullable String text) {}
}
