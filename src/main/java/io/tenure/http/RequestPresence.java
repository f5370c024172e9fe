package io.tenure.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.queue.Presence;
import java.util.ArrayList;
import java.util.List;

/** Whether the client of one request is still there, as far as {@link Peers} can tell. Safe for use by many threads. */
final class RequestPresence implements Presence, Runnable {
    private volatile boolean gone;

    @GuardedBy("this")
    private final List<Runnable> tasks = new ArrayList<>(1);

    @Override
    public boolean here() {
        return !gone;
    }

    @Override
    public void whenGone(Runnable task) {
        synchronized (this) {
            if (!gone) {
                tasks.add(task);
                return;
            }
        }
        task.run();
    }

    /** The connection has ended. Telling it twice is telling it once. */
    @Override
    public void run() {
        List<Runnable> told;
        synchronized (this) {
            gone = true;
            told = List.copyOf(tasks);
            tasks.clear();
        }
        told.forEach(Runnable::run);
    }
}
