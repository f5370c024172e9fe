package io.tenure.coordination;

import java.time.Duration;
import java.util.concurrent.Executor;

/** This server's monotonic clock and what is to be done later. The only source of deadlines; the simulation has one of its own. */
public interface Timers extends Executor {
    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long nanos();

    /** Milliseconds since 1970 of this server's wall clock: for people to read, never for a decision. */
    long wallMillis();

    /** Runs the task once, not before the delay has passed. The task must not block. */
    Timer after(Duration delay, Runnable task);

    /** Runs the task soon, on a thread that holds no lock and is no lane's. */
    @Override
    void execute(Runnable task);

    /** Something that is going to be done. */
    interface Timer {
        /** Takes it back, if it has not begun. */
        void cancel();
    }
}
