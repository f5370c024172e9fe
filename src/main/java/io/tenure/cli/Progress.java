package io.tenure.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** How far something is, on standard error: a bar on a terminal, elsewhere a line now and then. Not safe for use by many threads. */
final class Progress {
    private static final int WIDTH = 30;

    /** Elsewhere than on a terminal each so many a line is written. */
    private static final int SELDOM = 5;

    private final PrintWriter err;
    private final boolean terminal;
    private int told;

    /** @param terminal whether a line can be written over */
    Progress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Whether this process's standard error is a terminal; false where there is no {@code /proc} to tell it. */
    static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev/pts");
        } catch (IOException | UnsupportedOperationException noProc) {
            return false;
        }
    }

    /** Tells how far it is; to be called once a second. */
    void tell(String what, Duration done, Duration all, double perSecond) {
        String text = String.format(
                Locale.ROOT, "%s %d s of %d s, %,.0f/s", what, done.toSeconds(), all.toSeconds(), perSecond);
        if (terminal) {
            int filled = (int) Math.min(WIDTH, WIDTH * done.toMillis() / Math.max(1, all.toMillis()));
            err.print("\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + text + "  ");
            err.flush();
        } else if (++told % SELDOM == 0) {
            err.println("tenure: " + text);
        }
    }

    /** Tells how much is done where nobody knows of how much; on a terminal only. */
    void tell(String done) {
        if (terminal) {
            err.print("\r" + done + "  ");
            err.flush();
        }
    }

    /** Takes the bar away. */
    void end() {
        if (terminal) {
            err.print("\r" + " ".repeat(WIDTH + 60) + "\r");
            err.flush();
        }
    }
}
