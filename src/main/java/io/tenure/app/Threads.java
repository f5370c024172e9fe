package io.tenure.app;

import io.tenure.coordination.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns every thread of this service that is not the HTTP server's or ZooKeeper's, and its clock.
 *
 * <p>{@code tenure-timer} finds out what is due; what is due, and whatever is handed to {@link #execute}, runs on
 * {@code tenure-work-N}; each loop has a thread of its own name. Safe for use by many threads.
 */
public final class Threads implements Timers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final int WORKERS = 16;

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;

    public Threads() {
        timer = new ScheduledThreadPoolExecutor(1, named("tenure-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // who looks again and again finds out by itself that it is over
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("tenure-work-%d"));
        workers.allowCoreThreadTimeOut(true);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Future<?> due = timer.schedule(() -> execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    @Override
    public void execute(Runnable task) {
        workers.execute(() -> logged(task));
    }

    /** Runs a loop on a thread of its own until the loop returns. */
    public void loop(String name, Runnable loop) {
        named(name).newThread(() -> logged(loop)).start();
    }

    /** A few threads of their own, for work that blocks; it refuses what would have to wait behind too much else. */
    public Executor few(String name, int threads, int waiting) {
        ThreadPoolExecutor few = new ThreadPoolExecutor(
                threads, threads, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), named(name + "-%d"));
        few.allowCoreThreadTimeOut(true);
        return few;
    }

    /** Begins nothing more, whatever is asked for later; what has been handed over is still done, for a few seconds. */
    @Override
    public void close() {
        timer.shutdown();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void logged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A task failed", e);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name.formatted(count.incrementAndGet()));
            thread.setDaemon(true);
            return thread;
        };
    }
}
