package io.tenure.cli;

import io.tenure.cli.torture.Clockwork;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;

/** This machine's clocks, and the end of this process. The only class of the command line that asks them. */
final class Machine {
    private Machine() {}

    /** The time of day where this machine is, for people. */
    static Clock clock() {
        return Clock.system(ZoneId.systemDefault());
    }

    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    static long nanos() {
        return System.nanoTime();
    }

    /** Waits. */
    static void pause(Duration length) throws InterruptedException {
        Thread.sleep(length.toMillis());
    }

    /** The clocks and threads for a load. */
    static Clockwork clockwork() {
        return new Clockwork() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long millis() {
                return clock().millis();
            }

            @Override
            public Thread start(String name, Runnable task) {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                thread.start();
                return thread;
            }
        };
    }

    /**
     * Has something done when this process is told to end, before it does.
     *
     * @return takes it back
     */
    static Later whenEnding(Runnable task) {
        Thread hook = new Thread(task, "tenure-ending");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // it is being done: this thread must not go on, and ends with the process
                awaitEnd(hook);
            }
        };
    }

    /**
     * Has something done once, when so much time has passed.
     *
     * @return takes it back, unless it is done already
     */
    static Later after(Duration delay, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(delay.toMillis());
                        task.run();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                },
                "tenure-later");
        thread.setDaemon(true);
        thread.start();
        return thread::interrupt;
    }

    private static void awaitEnd(Thread hook) {
        try {
            hook.join(Duration.ofMinutes(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is to be done later. */
    interface Later {
        /** Takes it back. */
        void cancel();
    }
}
