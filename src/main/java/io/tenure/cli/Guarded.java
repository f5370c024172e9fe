package io.tenure.cli;

import io.tenure.client.Lease;
import io.tenure.client.Loss;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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

    /**
     * How a command ended.
     *
     * @param inTime whether the lease lived as long
     * @param status of the command; as shells say it where it could not be started
     */
    record Ended(boolean inTime, int status) {}

    private Guarded(Child child, Lease lease, PrintWriter err) {
        this.child = child;
        this.lease = lease;
        this.err = err;
        this.notice = notice(lease.ttl());
    }

    /** Runs a command, which finds the lease and the token in its environment, until it has ended. */
    static Ended run(List<String> command, Lease lease, long fencingToken, Passing passing, PrintWriter err) {
        Map<String, String> environment =
                Map.of("TENURE_LEASE", lease.id().value(), "TENURE_FENCING_TOKEN", String.valueOf(fencingToken));
        Child child;
        try {
            child = Child.start(command, environment);
        } catch (IOException e) {
            err.println("tenure: " + e.getMessage());
            boolean missing = String.valueOf(e.getMessage()).contains("error=2,");
            return new Ended(true, missing ? Exit.NO_COMMAND : Exit.NOT_RUNNABLE);
        }
        passing.to(child);
        boolean inTime = new Guarded(child, lease, err).awaitEnd();
        return new Ended(inTime, child.status());
    }

    /** How a lease was lost, to be said behind that it was. */
    static String how(Lease lease) {
        Loss loss = lease.lost().toCompletableFuture().getNow(null);
        return loss == null ? "" : "; " + loss;
    }

    /** How long before the end of a lease that nobody renews any more the command is asked to end. */
    static Duration notice(Duration ttl) {
        return shorter(ttl.dividedBy(4), MOST_NOTICE);
    }

    /**
     * Waits until the command has ended.
     *
     * @return whether the lease lived as long
     */
    private boolean awaitEnd() {
        Duration left = lease.remaining();
        while (!ended(STEP)) {
            Duration now = lease.remaining();
            if (now.compareTo(notice) <= 0) {
                stop(left);
                return false;
            }
            left = now;
        }
        return lease.isLive();
    }

    /** Nothing but its end ends the wait: an interrupt says that the lease is lost, which is seen by itself. */
    private boolean ended(Duration wait) {
        try {
            return child.endedWithin(wait);
        } catch (InterruptedException lost) {
            return ended(Duration.ZERO);
        }
    }

    /** @param left how long the lease was certain to live a moment ago, before it was lost, if it is */
    private void stop(Duration left) {
        boolean live = lease.isLive();
        String why = live ? "no renewal has been answered for too long" : "the lease is lost" + how(lease);
        err.println("tenure: " + why + "; the command is asked to end");
        child.terminate();
        Duration rest =
                live || !wasRevoked() ? Duration.ZERO : shorter(left, notice).minus(MARGIN);
        while (live ? lease.remaining().compareTo(MARGIN) > 0 : rest.compareTo(STEP) > 0) {
            if (ended(STEP)) {
                return;
            }
            rest = rest.minus(STEP);
        }
        if (!ended(Duration.ZERO)) {
            err.println("tenure: the command is killed");
            child.kill();
            while (!ended(STEP)) {
                // a killed process may take a moment to be gone
            }
        }
    }

    /** Then the servers let nobody in before what this client was told has run out; otherwise another may be in already. */
    private boolean wasRevoked() {
        Loss loss = lease.lost().toCompletableFuture().getNow(null);
        return loss != null && loss.cause() == Loss.Cause.REVOKED;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
