package io.tenure.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/** Passes signals on to the command; before there is one, those that end a process interrupt the thread that waits. */
final class Passing {
    private final Thread waits = Thread.currentThread();

    @GuardedBy("this")
    private @Nullable Child child;

    @GuardedBy("this")
    private int status;

    private Passing() {}

    /** From now on, for the thread that calls. */
    static Passing signals() {
        Passing passing = new Passing();
        Signals.handle(passing::told);
        return passing;
    }

    /** From now on to this command, which is told of what came before. */
    synchronized void to(Child started) {
        child = started;
        if (status != 0) {
            started.terminate();
        }
    }

    /** The command has ended: what comes now interrupts again. */
    synchronized void toNobody() {
        child = null;
    }

    /** Whether a signal that ends a process has come. */
    synchronized boolean wasStopped() {
        return status != 0;
    }

    /** The status of a process that the signal has ended, as shells say it. */
    synchronized int status() {
        return status;
    }

    private synchronized void told(String signal) {
        if (child != null) {
            child.signal(signal);
            return;
        }
        int number = switch (signal) {
            case "HUP" -> 1;
            case "INT" -> 2;
            case "TERM" -> 15;
            default -> 0;
        };
        if (number > 0) {
            status = 128 + number;
            waits.interrupt();
        }
    }
}
