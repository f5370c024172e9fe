package io.tenure.simulation;

import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Invariant 1 as the holders see it: no two clients that keep to the rules believe at one time that they hold the same lock.
 *
 * <p>Such a client believes from an answer until its TTL has passed since it sent the request that was answered, and no longer than
 * until it sends its release.
 */
final class Beliefs {
    private record Belief(String lease, long until) {}

    private final World world;
    private final Map<String, Belief> beliefs = new TreeMap<>();
    private final NavigableSet<String> excused = new TreeSet<>();
    private final NavigableSet<String> kept = new TreeSet<>();

    Beliefs(World world) {
        this.world = world;
    }

    /** From now until then, by true time, this lease's client believes that it holds the lock. */
    void believe(String lock, String lease, long until) {
        if (excused.contains(lease)) {
            return;
        }
        Belief other = beliefs.get(lock);
        if (other != null && !other.lease().equals(lease) && other.until() > world.nanos() && until > world.nanos()) {
            throw new Invariant.Violation("invariant 1: the clients of " + lease + " and of " + other.lease()
                    + " both believe that they hold " + lock);
        }
        beliefs.put(lock, new Belief(lease, until));
    }

    /** The lease whose client believes now that it holds the lock. */
    Optional<String> holder(String lock) {
        Belief belief = beliefs.get(lock);
        return belief != null && belief.until() > world.nanos() ? Optional.of(belief.lease()) : Optional.empty();
    }

    /** This lease takes and loses holds while it lives, so its client does not learn of a loss by renewing it. */
    void keep(String lease) {
        kept.add(lease);
    }

    boolean isKept(String lease) {
        return kept.contains(lease);
    }

    /** Somebody has ended this lease behind its client's back: what that believes counts no more. */
    void excuse(String lease) {
        excused.add(lease);
        beliefs.values().removeIf(belief -> belief.lease().equals(lease));
    }

    /** This lease's client does not believe that any more. */
    void doubt(String lock, String lease) {
        Belief belief = beliefs.get(lock);
        if (belief != null && belief.lease().equals(lease)) {
            beliefs.remove(lock);
        }
    }
}
