package io.tenure.cli.torture;

import io.tenure.name.Kind;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The part of a history that is about names of its own, so that it can be checked by itself. Safe for use by many threads. */
final class Chapter {
    private final String prefix;
    private final long begun;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Set<Thing> semaphores = ConcurrentHashMap.newKeySet();
    private final Sights sights = new Sights();

    /** @param prefix of all its names, and of no others */
    Chapter(String prefix, long begun) {
        this.prefix = prefix;
        this.begun = begun;
    }

    String prefix() {
        return prefix;
    }

    long begun() {
        return begun;
    }

    /** Something with this name behind the prefix. */
    Thing thing(Kind kind, String name) {
        return new Thing(kind, prefix + name);
    }

    void add(Call call) {
        calls.add(call);
        sights.see(call);
        if (call.verb() == Verb.PERMITS && call.answer().isDone()) {
            semaphores.add(call.thing());
        }
    }

    /** What all clients know of each other. */
    Sights sights() {
        return sights;
    }

    /** Those of whom it is known that they have permits. */
    Set<Thing> semaphores() {
        return semaphores;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }
}
