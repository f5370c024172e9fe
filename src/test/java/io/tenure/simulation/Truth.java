package io.tenure.simulation;

import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is true of leases and holds over time, to hold the answers of servers against: no server denies what has been true since
 * before it was asked, or affirms what has not been true since.
 */
final class Truth implements Invariant {
    private final World world;
    private final Map<String, Long> begun = new TreeMap<>();
    private final Map<String, Long> ended = new TreeMap<>();
    private final NavigableSet<String> revoked = new TreeSet<>();
    private final NavigableSet<String> robbed = new TreeSet<>();
    /** Holds that wait. */
    private final NavigableSet<String> claims = new TreeSet<>();

    Truth(World world) {
        this.world = world;
    }

    @Override
    public void after(Step step) {
        step.leases().forEach((lease, change) -> {
            LeaseView before = change.before();
            LeaseView after = change.after();
            note(lease, before != null && !before.ended(), after != null && !after.ended());
            change.became("HELD").forEach(hold -> note(lease + " " + hold, false, true));
            change.ceased("HELD").forEach(hold -> note(lease + " " + hold, true, false));
            if (before != null) {
                before.holds().keySet().forEach(hold -> claims.remove(lease + " " + hold));
            }
            if (after != null) {
                after.holds().values().stream()
                        .filter(hold -> "QUEUED".equals(hold.state()))
                        .forEach(hold -> claims.add(lease + " " + hold.name()));
            }
            if (after != null && after.bounded()) {
                revoked.add(lease);
            }
        });
    }

    /** A stranger has taken a place of this lease: its hold is as good as ended. */
    void rob(String lease) {
        robbed.add(lease);
    }

    /** Somebody was told that this lease has not got the lock, and has no place in its queue either. */
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
        if (begun.getOrDefault(lease, Long.MAX_VALUE) < askedAt) {
            throw new Violation("the lease " + lease + " was called unknown, and had been granted before");
        }
    }

    /** Somebody was told that this lease has ended. */
    void over(String lease) {
        if (begun.containsKey(lease) && !ended.containsKey(lease) && !revoked.contains(lease)) {
            throw new Violation("the lease " + lease + " was said to have ended, and lives");
        }
    }

    /** Somebody who asked then was told that this hold is current. */
    void current(String lease, String hold, long askedAt) {
        String what = lease + " " + hold;
        if (!begun.containsKey(what) || ended.getOrDefault(what, Long.MAX_VALUE) < askedAt) {
            throw new Violation("the hold " + what + " was called current, and had ended before");
        }
    }

    /** Somebody who asked then was told that this hold is not current. */
    void notCurrent(String lease, String hold, long askedAt) {
        String what = lease + " " + hold;
        if (begun.getOrDefault(what, Long.MAX_VALUE) < askedAt && !ended.containsKey(what) && !robbed.contains(lease)) {
            throw new Violation("the hold " + what + " was not called current, and is");
        }
    }
}
