package io.tenure.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bound on how much of one sort of work is under way at a time: what is beyond it waits, and is begun in the order in which it
 * came. Safe for use by many threads.
 */
final class Throttle {
    private final int most;
    private final AtomicInteger calls = new AtomicInteger();

    @GuardedBy("this")
    private final Queue<Supplier<? extends CompletionStage<?>>> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int running;

    Throttle(int most) {
        this.most = most;
    }

    /** Begins the work now or later, on this thread or on one that completes other work. */
    void run(Supplier<? extends CompletionStage<?>> work) {
        synchronized (this) {
            waiting.add(work);
        }
        begin();
    }

    private void begin() {
        // work that is complete at once calls this again from within: counted instead of nested, whatever their number
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Supplier<? extends CompletionStage<?>> work = next(); work != null; work = next()) {
                work.get().whenComplete((done, failure) -> {
                    synchronized (this) {
                        running--;
                    }
                    begin();
                });
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private synchronized @Nullable Supplier<? extends CompletionStage<?>> next() {
        if (running == most || waiting.isEmpty()) {
            return null;
        }
        running++;
        return waiting.poll();
    }
}
