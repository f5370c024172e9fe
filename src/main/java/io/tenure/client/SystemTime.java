package io.tenure.client;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The machine's clocks, one thread for timers, and threads for listeners while there are any. All are daemons. */
final class SystemTime implements Time {
    private static final System.Logger LOG = System.getLogger(SystemTime.class.getName());

    private static final Path UPTIME = Path.of("/proc/uptime");

    private final WakefulClock clock =
            new WakefulClock(System::nanoTime, () -> System.currentTimeMillis() * 1_000_000, SystemTime::sinceStart);

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, daemon("tenure-client"));
    private final ExecutorService listeners = Executors.newCachedThreadPool(daemon("tenure-client-listener"));

    SystemTime() {
        timers.setRemoveOnCancelPolicy(true);
    }

    /** Seconds with two decimals: Linux counts sleep in. */
    private static OptionalLong sinceStart() {
        try {
            String seconds = Files.readString(UPTIME).split(" ", 2)[0];
            return OptionalLong.of(new BigDecimal(seconds).movePointRight(9).longValueExact());
        } catch (IOException | ArithmeticException | NumberFormatException notTold) {
            return OptionalLong.empty();
        }
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        try {
            Future<?> future = timers.schedule(logged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void execute(Runnable task) {
        try {
            listeners.execute(logged(task));
        } catch (RejectedExecutionException closed) {
            LOG.log(System.Logger.Level.DEBUG, "The client is closed; a listener is not told", closed);
        }
    }

    private static Runnable logged(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A task of the Tenure client has failed", e);
            }
        };
    }

    @Override
    public void close() {
        timers.shutdownNow();
        listeners.shutdown();
    }
}
