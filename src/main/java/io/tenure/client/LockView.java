package io.tenure.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A claim in the words of {@link Lock}. Each thread holds it with a hold of its own, and not twice.
 *
 * <p>Safe for use by many threads, which is what it is for: they wait for each other as other processes do.
 */
final class LockView implements Lock {
    private final Claim claim;

    /** Of this view: another of the same claim is another lock to the thread. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Hold> mine = new ThreadLocal<>();

    LockView(Claim claim) {
        this.claim = claim;
    }

    @Override
    public void lock() {
        refuseTwice();
        mine.set(Waiting.on(claim.acquireAsync()));
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        refuseTwice();
        mine.set(claim.acquire());
    }

    @Override
    public boolean tryLock() {
        refuseTwice();
        return taken(claim.tryAcquire());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        refuseTwice();
        return taken(claim.tryAcquire(Duration.ofNanos(unit.toNanos(time))));
    }

    private boolean taken(Optional<Hold> hold) {
        hold.ifPresent(mine::set);
        return hold.isPresent();
    }

    private void refuseTwice() {
        Hold hold = mine.get();
        if (hold != null) {
            throw new IllegalMonitorStateException("this thread has it already, and it is not re-entrant: " + hold);
        }
    }

    @Override
    public void unlock() {
        Hold hold = mine.get();
        if (hold == null) {
            throw new IllegalMonitorStateException("this thread does not hold it");
        }
        mine.remove();
        boolean held = hold.isHeld();
        hold.close();
        if (!held) {
            throw new IllegalMonitorStateException("it was lost before it was unlocked: " + hold);
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a lock of many processes has no conditions");
    }
}
