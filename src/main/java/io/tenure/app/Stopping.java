package io.tenure.app;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moment in which this server begins to stop: it is not ready from then on, and requests that wait are answered at once, while
 * those in flight are completed. Happens once. Safe for use by many threads.
 */
public final class Stopping extends AbstractLifeCycle implements LifeCycle.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);

    private final Duration drain;

    /** Nothing ever counts it down: it is there to be waited for. */
    private final CountDownLatch drained = new CountDownLatch(1);

    private volatile boolean begun;

    @GuardedBy("this")
    private final List<Runnable> tasks = new ArrayList<>();

    Stopping(Duration drain) {
        this.drain = drain;
    }

    /** Whether the server is on its way out. */
    public boolean begun() {
        return begun;
    }

    /** Runs the task once when the server begins to stop, at once when it already has. The task must not block. */
    public void onStop(Runnable task) {
        synchronized (this) {
            if (!begun) {
                tasks.add(task);
                return;
            }
        }
        task.run();
    }

    /** Begins to stop. Beginning twice is beginning once. */
    public void begin() {
        List<Runnable> told;
        synchronized (this) {
            begun = true;
            told = List.copyOf(tasks);
            tasks.clear();
        }
        for (Runnable task : told) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("A task of stopping failed", e);
            }
        }
    }

    /** The process was told to end: goes on serving what still arrives, for as long as load balancers need to notice. */
    @Override
    protected void doStop() throws InterruptedException {
        begin();
        drained.await(drain.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The server that this listens to was told to end. */
    @Override
    public void lifeCycleStopping(LifeCycle event) {
        begin();
    }
}
