package io.tenure.cli.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * All calls of all clients, chapter by chapter. A chapter is over when others have begun and the last story in it has ended; then nobody
 * adds to it. Safe for use by many threads.
 */
final class History {
    private final String prefix;
    private final long chapterNanos;
    private final Gaps gaps;
    private final long begun;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final LongAdder calls = new LongAdder();
    private final LongAdder grants = new LongAdder();
    private final LongAdder cycles = new LongAdder();
    private final List<Mark> marks = new ArrayList<>();
    private final Set<Thing> semaphores = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Chapter> over = new LinkedBlockingQueue<>();
    private final Map<Chapter, Integer> open = new HashMap<>();
    private Chapter current;
    private int chapters;

    /** Something that happened outside, such as the end of a server. */
    record Mark(String what, long at) {}

    /** @param prefix of all names */
    History(String prefix, Duration chapter, long begun) {
        this.prefix = prefix;
        this.chapterNanos = chapter.toNanos();
        this.begun = begun;
        this.gaps = new Gaps(begun);
        this.current = next(begun);
    }

    private Chapter next(long now) {
        chapters++;
        Chapter next = new Chapter(prefix + "-" + chapters + "-", now);
        open.put(next, 1);
        return next;
    }

    /** A story begins, in the chapter that is returned; it has to {@link #leave} that. */
    synchronized Chapter enter(long now) {
        if (now - current.begun() >= chapterNanos) {
            Chapter before = current;
            current = next(now);
            leave(before);
        }
        open.merge(current, 1, Integer::sum);
        return current;
    }

    /** A story has ended. */
    synchronized void leave(Chapter chapter) {
        int left = open.merge(chapter, -1, Integer::sum);
        if (left == 0) {
            open.remove(chapter);
            over.add(chapter);
        }
    }

    /** No story begins any more. */
    synchronized void end() {
        leave(current);
    }

    /** Chapters that are over. */
    BlockingQueue<Chapter> over() {
        return over;
    }

    /** Writes down a call that has returned. */
    void add(Chapter chapter, Call call) {
        chapter.add(call);
        calls.increment();
        outcomes.computeIfAbsent(call.answer().label(), any -> new LongAdder()).increment();
        if (call.verb() == Verb.PERMITS && call.answer().isDone()) {
            semaphores.add(call.thing());
        }
        if (call.verb() == Verb.TAKE && call.answer().status() == 201) {
            grants.increment();
            gaps.granted(call.returned());
        }
    }

    /** A hold was taken and has ended. */
    void cycle() {
        cycles.increment();
    }

    /** Those that were given permits, which nobody has taken away again. */
    Set<Thing> semaphores() {
        return semaphores;
    }

    /** Writes down what happened outside. */
    synchronized void mark(String what, long at) {
        marks.add(new Mark(what, at));
    }

    synchronized List<Mark> marks() {
        return List.copyOf(marks);
    }

    long begun() {
        return begun;
    }

    Gaps gaps() {
        return gaps;
    }

    long calls() {
        return calls.sum();
    }

    long grants() {
        return grants.sum();
    }

    long cycles() {
        return cycles.sum();
    }

    /** How many calls were answered in each way. */
    Map<String, Long> outcomes() {
        Map<String, Long> all = new TreeMap<>();
        outcomes.forEach((label, count) -> all.put(label, count.sum()));
        return all;
    }
}
