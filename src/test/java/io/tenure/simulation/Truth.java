package io.tenure.simulation;

import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What is true of leases and holds over time, to hold the answers of servers against: no server denies what has been true since
 * before it was asked, or affirms what has not been true since.
 */
final class Truth implements Invariant {
    private final World world;
    private final LongSupplier base;
    private final Predicate<String> mayBeForgotten;
    /** The token of each hold, by lease and name. */
    private final Map<String, String> tokens = new TreeMap<>();
    /** When a lease, or a token of a thing, became what it is told to be. */
    private final Map<String, Long> begun = new TreeMap<>();

    private final Map<String, Long> ended = new TreeMap<>();
    private final NavigableSet<String> revoked = new TreeSet<>();
    private final NavigableSet<String> robbed = new TreeSet<>();
    /** Holds that wait. */
    private final NavigableSet<String> claims = new TreeSet<>();

    /**
     * @param base the token base
     * @param mayBeForgotten whether nobody may know any more how this lease has ended
     */
    Truth(World world, LongSupplier base, Predicate<String> mayBeForgotten) {
        this.world = world;
        this.base = base;
        this.mayBeForgotten = mayBeForgotten;
    }

    @Override
    public void after(Step step) {
        step.leases().forEach((lease, change) -> {
            LeaseView before = change.before();
            LeaseView after = change.after();
            note(lease, before != null && !before.ended(), after != null && !after.ended());
            change.became("HELD").forEach(hold -> {
                String token =
                        hold + " " + (base.getAsLong() + step.transaction().zxid());
                tokens.put(lease + " " + hold, token);
                note(token, false, true);
            });
            change.ceased("HELD").forEach(hold -> {
                String token = tokens.remove(lease + " " + hold);
                // those who were granted together have one token, and it is current as long as one of them holds
                if (token != null && !tokens.containsValue(token)) {
                    note(token, true, false);
                }
            });
            if (before != null) {
                before.holds().keySet().forEach(hold -> claims.remove(lease + " " + hold));
            }
            if (after != null) {
                after.holds().values().stream()
                        .filter(hold -> "QUEUED".equals(hold.state()))
                        .forEach(hold -> claims.add(lease + " " + hold.name()));
            }
            if (after != null && (after.revoked() || after.maxHoldMillis() != null)) {
                revoked.add(lease);
            }
        });
    }

    /** A stranger has taken a place of this lease: its hold is as good as ended. */
    void rob(String lease) {
        robbed.add(lease);
    }

    /** Somebody was told that this lease has not got this, and has no place in its queue either. */
    void nothingLeft(String lease, String hold) {
        if (claims.contains(lease + " " + hold)) {
            throw new Violation("the hold " + lease + " " + hold + " was refused, and has a place all the same");
        }
    }

    private void note(String what, boolean was, boolean is) {
        if (is && !was) {
            begun.put(what, world.nanos());
            ended.remove(what);
        } else if (was && !is) {
            ended.put(what, world.nanos());
        }
    }

    /** Somebody who asked then was told that this lease was never seen. */
    void unknown(String lease, long askedAt) {
        if (begun.getOrDefault(lease, Long.MAX_VALUE) < askedAt && !mayBeForgotten.test(lease)) {
            throw new Violation("the lease " + lease + " was called unknown, and had been granted before");
        }
    }

    /** Somebody was told that this lease has ended. */
    void over(String lease) {
        if (begun.containsKey(lease) && !ended.containsKey(lease) && !revoked.contains(lease)) {
            throw new Violation("the lease " + lease + " was said to have ended, and lives");
        }
    }

    /** Somebody who asked then was told that this token is current. */
    void current(Thing thing, long token, long askedAt) {
        String what = thing + " " + token;
        if (!begun.containsKey(what) || ended.getOrDefault(what, Long.MAX_VALUE) < askedAt) {
            throw new Violation("the token " + what + " was called current, and was not");
        }
    }

    /** Somebody who asked then was told that this token, of this lease, is not current. */
    void notCurrent(Thing thing, String lease, long token, long askedAt) {
        String what = thing + " " + token;
        // readers that were granted together share a token; it is in force as long as one of them stands unrobbed
        boolean allRobbed = tokens.entrySet().stream()
                .filter(hold -> hold.getValue().equals(what))
                .allMatch(hold ->
                        robbed.contains(hold.getKey().substring(0, hold.getKey().indexOf(' '))));
        if (begun.getOrDefault(what, Long.MAX_VALUE) < askedAt
                && !ended.containsKey(what)
                && !allRobbed
                && !robbed.contains(lease)) {
            throw new Violation("the token " + what + " was not called current, and is");
        }
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        begun.clear();
        ended.clear();
        tokens.clear();
        claims.clear();
        leases.forEach((lease, view) -> {
            note(lease, false, !view.ended());
            view.holds().values().forEach(hold -> {
                if ("QUEUED".equals(hold.state())) {
                    claims.add(lease + " " + hold.name());
                } else if ("HELD".equals(hold.state())) {
                    Long written = hold.token();
                    String token =
                            hold.name() + " " + (written != null ? written : base.getAsLong() + view.writtenBy());
                    tokens.put(lease + " " + hold.name(), token);
                    note(token, false, true);
                }
            });
        });
    }
}
