package io.tenure.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/**
 * A clock that the test moves. What would run on a thread of its own does not run at once, as in {@link FakeTime}, but in its turn and on
 * the test's thread, so that a test can do something before it. Used by one thread.
 */
final class ManualTime implements Time {
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private long now = -1_000_000_000L;
    private long number;

    private record Due(long at, long number, Runnable task) {}

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public long wallMillis() {
        return 1_800_000_000_000L + now / 1_000_000;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Due due = new Due(now + delay.toNanos(), number++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Does what is due, and whatever follows from it without any time passing. */
    void settle() {
        pass(Duration.ZERO);
    }

    /** Lets time pass, and does everything at its time. */
    void pass(Duration time) {
        long end = now + time.toNanos();
        work();
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            Due due = timers.remove();
            now = Math.max(now, due.at());
            due.task().run();
            work();
        }
        now = end;
    }

    /** Time passes, and the process does nothing meanwhile, as one that is stopped. */
    void leap(Duration time) {
        now += time.toNanos();
    }

    private void work() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Override
    public void close() {
        timers.clear();
        tasks.clear();
    }
}
