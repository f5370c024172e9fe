package io.tenure.cli.torture;

/** The clocks and threads of the machine that the load runs on. */
public interface Clockwork {
    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long nanos();

    /** Milliseconds since 1970, to make ids with. */
    long millis();

    /** Begins a task on a thread of its own, which keeps no process from ending. */
    Thread start(String name, Runnable task);
}
