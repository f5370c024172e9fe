package io.tenure.cli;

/** The exit statuses of the command line that are not a command's own, where they can be those of {@code sysexits.h}. */
final class Exit {
    /** Done. */
    static final int OK = 0;

    /** Refused, or not there. */
    static final int REFUSED = 1;

    /** The command line is not understood. */
    static final int USAGE = 64;

    /** No server has answered: it cannot be told. */
    static final int CANNOT_TELL = 69;

    /** What was held is lost. */
    static final int LOST = 70;

    /** Another holds it. */
    static final int HELD = 75;

    /** The command cannot be run, as shells say it. */
    static final int NOT_RUNNABLE = 126;

    /** There is no such command, as shells say it. */
    static final int NO_COMMAND = 127;

    private Exit() {}
}
