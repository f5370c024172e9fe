package io.tenure.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A clock that stands until the test moves it. What is due is done in its order on the test's thread, and so is what would run on a
 * thread of its own. Used by one thread.
 */
final class FakeTime implements Time {
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
    private final List<RuntimeException> thrown = new ArrayList<>();

    // close to where the clock's numbers turn negative, since only differences mean anything
    private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();
    private long passed;
    private long made;
    private boolean closed;

    private record Task(long at, long number, Runnable work) {}

    @Override
    public long nanos() {
        return now + passed;
    }

    @Override
    public long wallMillis() {
        return 1_790_000_000_000L + Duration.ofNanos(passed).toMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable work) {
        if (closed) {
            return () -> {};
        }
        Task task = new Task(passed + delay.toNanos(), made++, work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    @Override
    public void execute(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            thrown.add(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        tasks.clear();
    }

    /** Time passes, and what is due by then is done when it is. */
    void pass(Duration time) {
        long until = passed + time.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at() <= until) {
            Task task = tasks.remove();
            passed = Math.max(passed, task.at());
            execute(task.work());
        }
        passed = Math.max(passed, until);
    }

    /** Time passes, and the process does nothing meanwhile, as one that is stopped. */
    void leap(Duration time) {
        passed += time.toNanos();
    }

    /** How much is going to be done. */
    int waiting() {
        return tasks.size();
    }

    /** What was thrown by what ran on a thread of its own. */
    List<RuntimeException> thrown() {
        return thrown;
    }
}
