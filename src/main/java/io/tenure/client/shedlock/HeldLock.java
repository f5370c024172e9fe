package io.tenure.client.shedlock;

import io.tenure.client.Hold;
import io.tenure.client.TenureException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * A lock that was granted or extended.
 *
 * <p>The least time that a grant asks for the servers see to. An extension cannot ask for one: when it is unlocked too early, the lock is
 * not released, but the rest of that time becomes its TTL, and the audit log says that it expired. Used by one thread at a time.
 */
final class HeldLock extends AbstractSimpleLock {
    private static final System.Logger LOG = System.getLogger(HeldLock.class.getName());

    private final Hold hold;

    /** How long it must stay closed, beyond what the servers see to. */
    private final Duration atLeast;

    /** How much of the lease was left when this began: its clock serves for both times. */
    private final Duration left;

    HeldLock(LockConfiguration asked, Hold hold, Duration atLeast) {
        super(asked);
        this.hold = hold;
        this.atLeast = atLeast;
        this.left = hold.remaining();
    }

    private Duration passed() {
        return left.minus(hold.remaining());
    }

    @Override
    protected void doUnlock() {
        Duration rest = atLeast.minus(passed());
        if (rest.compareTo(TenureLockProvider.SHORTEST) >= 0) {
            endsAfter(rest);
        } else if (rest.isNegative() || rest.isZero() || waited(rest)) {
            hold.close();
        } else {
            endsAfter(TenureLockProvider.SHORTEST);
        }
    }

    private void endsAfter(Duration rest) {
        try {
            hold.lease().renew(rest);
        } catch (TenureException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Lock {0} stays closed for {1}, longer than necessary: {2}",
                    lockConfiguration.getName(),
                    hold.remaining(),
                    e.getMessage());
        }
    }

    /** Blocks until the time has passed or the lock is lost; false when interrupted. */
    private boolean waited(Duration rest) {
        try {
            var unused = hold.lease().lost().toCompletableFuture().get(rest.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException passed) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Optional<SimpleLock> doExtend(LockConfiguration wanted) {
        if (passed().compareTo(lockConfiguration.getLockAtMostFor()) >= 0) {
            return Optional.empty();
        }
        try {
            return hold.lease().renew(TenureLockProvider.lasting(wanted))
                    ? Optional.of(new HeldLock(wanted, hold, wanted.getLockAtLeastFor()))
                    : Optional.empty();
        } catch (TenureException e) {
            throw TenureLockProvider.failed(wanted, e);
        }
    }
}
