package io.tenure.cli;

import io.tenure.client.Lease;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * A command that runs while a lease lives. When the lease is lost, or about to be, the command is asked to end, and killed before the
 * servers may let another in.
 */
final class Guarded {
    private static final Duration STEP = Duration.ofMillis(50);

    /** Before the lease ends the command is dead, also on a busy machine. */
    private static final Duration MARGIN = Duration.ofMillis(200);

    private static final Duration MOST_NOTICE = Duration.ofSeconds(10);

    private final Child child;
    private final Lease lease;
    private final PrintWriter err;
    private final Duration notice;

    Guarded(Child child, Lease lease, PrintWriter err) {
        this.child = child;
        this.lease = lease;
        this.err = err;
        this.notice = notice(lease.ttl());
    }

    /** How long before the end of a lease that nobody renews any more the command is asked to end. */
    static Duration notice(Duration ttl) {
        Duration quarter = ttl.dividedBy(4);
        return quarter.compareTo(MOST_NOTICE) < 0 ? quarter : MOST_NOTICE;
    }

    /**
     * Waits until the command has ended.
     *
     * @return whether the lease lived as long
     */
    boolean awaitEnd() throws InterruptedException {
        Duration left = lease.remaining();
        while (!child.endedWithin(STEP)) {
            Duration now = lease.remaining();
            if (now.compareTo(notice) <= 0) {
                // a lease that is lost says nothing of its end any more: it was this a step ago
                stop(lease.isLive() ? now : left.minus(STEP));
                return false;
            }
            left = now;
        }
        return lease.isLive();
    }

    private void stop(Duration left) throws InterruptedException {
        err.println("tenure: " + why() + "; the command is asked to end");
        child.terminate();
        Duration most = left.compareTo(notice) < 0 ? left : notice;
        Duration grace = most.minus(MARGIN);
        if (grace.isNegative() || !child.endedWithin(grace)) {
            err.println("tenure: the command is killed");
            child.kill();
            while (!child.endedWithin(STEP)) {
                // a killed process may take a moment to be gone
            }
        }
    }

    private String why() {
        return lease.isLive() ? "no renewal has been answered for too long" : "the lease is lost";
    }
}
