package io.tenure.client.shedlock;

import io.tenure.client.Claim;
import io.tenure.client.TenureClient;
import io.tenure.client.TenureException;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;

/**
 * Has ShedLock take its locks from Tenure.
 *
 * <ul>
 *   <li>{@code lockAtMostFor} is the TTL of the lock's lease, which nothing renews in the background: it ends then, unless it is extended
 *       before. The servers keep it for their grace longer, and one that is shorter than a second for a second.
 *   <li>{@code lockAtLeastFor} is the {@code minHold}: whoever unlocks earlier leaves the lock closed until so much time has passed since
 *       the grant. What is left of less than a second is waited for by who unlocks.
 *   <li>ShedLock's name of the lock is the reason that the audit log shows.
 * </ul>
 *
 * <p>Safe for use by many threads; each lock that it gives is for one thread at a time, as all of ShedLock's.
 */
public final class TenureLockProvider implements ExtensibleLockProvider {
    /** The servers' default for the shortest TTL and the shortest {@code minHold}. */
    static final Duration SHORTEST = Duration.ofSeconds(1);

    private final TenureClient tenure;
    private final UnaryOperator<String> names;

    /** Locks have the names that ShedLock gives them, which must follow {@link Name#FORM}. */
    public TenureLockProvider(TenureClient tenure) {
        this(tenure, UnaryOperator.identity());
    }

    /**
     * Locks have other names than ShedLock gives them: with a prefix, say, or without spaces.
     *
     * @param names makes a name that follows {@link Name#FORM} of ShedLock's; different ones of different ones
     */
    public TenureLockProvider(TenureClient tenure, UnaryOperator<String> names) {
        this.tenure = tenure;
        this.names = names;
    }

    /**
     * Takes the lock if it is free.
     *
     * @return empty when another has it, or it is closed still
     * @throws LockException a server has refused it, such as for a time that is out of its limits; or none has answered
     * @throws io.tenure.error.Refusal the name breaks the rule
     */
    @Override
    public Optional<SimpleLock> lock(LockConfiguration asked) {
        Claim claim = tenure.lock(names.apply(asked.getName()))
                .reason(asked.getName())
                .ttl(lasting(asked))
                .unrenewed();
        Duration atLeast = asked.getLockAtLeastFor();
        boolean closedByServers = atLeast.compareTo(SHORTEST) >= 0;
        try {
            return (closedByServers ? claim.minHold(atLeast) : claim)
                    .tryAcquire()
                    .map(hold -> new HeldLock(asked, hold, closedByServers ? Duration.ZERO : atLeast));
        } catch (TenureException e) {
            throw failed(asked, e);
        }
    }

    /** The TTL for this lock. */
    static Duration lasting(LockConfiguration asked) {
        Duration atMost = asked.getLockAtMostFor();
        return atMost.compareTo(SHORTEST) < 0 ? SHORTEST : atMost;
    }

    static LockException failed(LockConfiguration asked, TenureException cause) {
        return new LockException("lock " + asked.getName() + ": " + cause.getMessage(), cause);
    }
}
