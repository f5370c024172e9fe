package io.tenure.simulation;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Invariant 1 as the holders see it: no two clients that keep to the rules believe at one time that they hold the same lock, lead the
 * same election, or write where another reads or writes; and no more permits of a semaphore are believed in than it ever had.
 *
 * <p>Such a client believes from an answer until its TTL has passed since it sent the request that was answered, and no longer than
 * until it sends its release. A native believes from its look at the queue until it leaves.
 */
final class Beliefs {
    private static final String NATIVE = "native ";

    private record Belief(Share share, long until) {}

    private final World world;
    /** By thing and by who believes. */
    private final Map<Thing, NavigableMap<String, Belief>> beliefs = new TreeMap<>();
    /** The most permits that a semaphore ever had. */
    private final Map<Thing, Integer> permits = new TreeMap<>();

    private final NavigableSet<String> excused = new TreeSet<>();
    private final NavigableSet<String> kept = new TreeSet<>();

    Beliefs(World world) {
        this.world = world;
    }

    /** A semaphore has, or may soon have, so many permits. */
    void permit(Thing semaphore, int count) {
        permits.merge(semaphore, count, Math::max);
    }

    /** From now until then, by true time, this lease's client believes that it holds this. */
    void believe(Share share, String lease, long until) {
        if (excused.contains(lease)) {
            return;
        }
        NavigableMap<String, Belief> believers = of(share.thing());
        believers.values().removeIf(belief -> belief.until() <= world.nanos());
        believers.put(lease, new Belief(share, until));
        if (until > world.nanos() && !agree(share, believers)) {
            throw new Invariant.Violation("invariant 1: the clients of " + String.join(" and of ", believers.keySet())
                    + " believe at one time that they hold " + share.thing());
        }
    }

    private boolean agree(Share share, NavigableMap<String, Belief> believers) {
        if (share.thing().recipe() == Recipe.SEMAPHORE) {
            int count = believers.values().stream()
                    .mapToInt(belief -> belief.share().count())
                    .sum();
            return count <= permits.getOrDefault(share.thing(), 0);
        }
        return believers.size() == 1
                || believers.values().stream().allMatch(belief -> belief.share().reads());
    }

    private NavigableMap<String, Belief> of(Thing thing) {
        return beliefs.computeIfAbsent(thing, any -> new TreeMap<>());
    }

    /** A native looks at the queue and finds that it holds this. */
    void believe(Share share, NativeContender contender) {
        believe(share, NATIVE + contender.id(), Long.MAX_VALUE);
    }

    /** A native is about to let go, or dies. */
    void doubt(Thing thing, NativeContender contender) {
        doubt(thing, NATIVE + contender.id());
    }

    /** A lease whose client believes now that it holds this. */
    Optional<String> holder(Thing thing) {
        return believers(thing).stream().filter(who -> !who.startsWith(NATIVE)).findFirst();
    }

    private List<String> believers(Thing thing) {
        return of(thing).entrySet().stream()
                .filter(belief -> belief.getValue().until() > world.nanos())
                .map(Map.Entry::getKey)
                .toList();
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
        beliefs.values().forEach(believers -> believers.remove(lease));
    }

    /** This lease's client does not believe that any more. */
    void doubt(Thing thing, String lease) {
        of(thing).remove(lease);
    }
}
