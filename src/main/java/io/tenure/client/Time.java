package io.tenure.client;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The client's clocks and what is to be done later. Only this knows threads; tests have one of their own. */
interface Time extends Executor, AutoCloseable {
    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long nanos();

    /** Milliseconds since 1970, to make ids with. */
    long wallMillis();

    /** Runs the task once, not before the delay has passed, on a thread that it must not block. */
    Timer after(Duration delay, Runnable task);

    /** Runs a task that may block, such as a listener, on a thread of its own. */
    @Override
    void execute(Runnable task);

    @Override
    void close();

    /** Something that is going to be done. */
    interface Timer {
        /** Takes it back, if it has not begun. */
        void cancel();
    }
}
