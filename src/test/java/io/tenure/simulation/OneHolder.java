package io.tenure.simulation;

import io.tenure.coordination.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Invariants 1 and 4: whoever is granted a lock is first in its queue at that moment, natives counted, and stays so until its hold
 * ends. Since a queue has one first place there is at most one holder, and grants follow the order of the places.
 *
 * <p>A place is removed only by the write that ends its hold, and made only by one that adds a hold. Places that a stranger has
 * removed are excused: such a hold is lost, and others may be granted; but it may not be granted any more itself.
 */
final class OneHolder implements Invariant {
    private static final String MARKER = "-lock-";

    /** Places as Curator's recipe orders them, by their names. */
    static final Comparator<String> ORDER =
            Comparator.comparing(OneHolder::sequence).thenComparing(Comparator.naturalOrder());

    private final TwinStore store;
    private final Paths paths;
    private final Map<String, NavigableSet<String>> held = new TreeMap<>();
    private final Map<String, NavigableSet<String>> claims = new TreeMap<>();
    /** {@code <lease> <kind>/<name>} of places that a stranger has removed. */
    private final NavigableSet<String> robbed = new TreeSet<>();

    OneHolder(TwinStore store, Paths paths) {
        this.store = store;
        this.paths = paths;
    }

    /** A stranger is about to remove this place. */
    void rob(String place) {
        robbed.add(lease(place) + " " + hold(place));
    }

    @Override
    public void after(Step step) {
        NavigableSet<String> touched = new TreeSet<>();
        step.placesMade().forEach(place -> touched.add(hold(place)));
        step.placesGone().forEach(place -> touched.add(hold(place)));
        step.leases().forEach((lease, change) -> {
            track(held, lease, change, "HELD");
            track(claims, lease, change, "HELD", "QUEUED", "DELAYED");
            for (String state : List.of("HELD", "QUEUED", "DELAYED")) {
                touched.addAll(change.were(state));
                touched.addAll(change.are(state));
            }
            change.became("HELD").forEach(hold -> grantNeedsAPlace(lease, hold));
        });
        touched.stream().filter(hold -> hold.startsWith("lock/")).forEach(this::look);
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        held.clear();
        claims.clear();
        leases.forEach((lease, view) -> {
            Step.LeaseChange made = new Step.LeaseChange(null, view, 0);
            track(held, lease, made, "HELD");
            track(claims, lease, made, "HELD", "QUEUED", "DELAYED");
        });
    }

    private static void track(
            Map<String, NavigableSet<String>> index, String lease, Step.LeaseChange change, String... states) {
        for (String state : states) {
            change.were(state).forEach(hold -> of(index, hold).remove(lease));
        }
        for (String state : states) {
            change.are(state).forEach(hold -> of(index, hold).add(lease));
        }
    }

    private static NavigableSet<String> of(Map<String, NavigableSet<String>> index, String hold) {
        return index.computeIfAbsent(hold, any -> new TreeSet<>());
    }

    private void grantNeedsAPlace(String lease, String hold) {
        if (hold.startsWith("lock/")
                && queue(hold).stream().noneMatch(place -> lease(place).equals(lease))) {
            throw new Violation("invariant 1: " + lease + " was granted " + hold + " without a place in its queue");
        }
    }

    private void look(String hold) {
        List<String> queue = queue(hold);
        for (String lease : of(held, hold)) {
            List<String> places =
                    queue.stream().filter(place -> lease(place).equals(lease)).toList();
            if (places.isEmpty()) {
                if (!robbed.contains(lease + " " + hold)) {
                    throw new Violation("invariant 1: " + lease + " holds " + hold + " without a place in its queue");
                }
            } else if (!queue.get(0).equals(places.get(0))) {
                throw new Violation(
                        "invariants 1 and 4: " + lease + " holds " + hold + " but " + queue.get(0) + " is first");
            }
        }
        NavigableSet<String> owners = new TreeSet<>();
        for (String place : queue) {
            String lease = lease(place);
            boolean ours = store.node(directory(hold) + "/" + place)
                    .map(node -> node.owner() == 0)
                    .orElse(false);
            if (ours && !of(claims, hold).contains(lease)) {
                throw new Violation("invariant 7: place " + place + " of " + hold + " belongs to no hold");
            }
            if (ours && !owners.add(lease)) {
                throw new Violation("invariant 6: " + lease + " has two places for " + hold);
            }
        }
        for (String lease : of(claims, hold)) {
            if (!owners.contains(lease) && !robbed.contains(lease + " " + hold)) {
                throw new Violation("invariant 7: " + lease + " has lost its place for " + hold);
            }
        }
    }

    private List<String> queue(String hold) {
        List<String> places = new ArrayList<>(store.children(directory(hold)));
        places.sort(ORDER);
        return places;
    }

    private String directory(String hold) {
        return paths.root() + "/locks/" + hold.substring(hold.indexOf('/') + 1);
    }

    private static String sequence(String place) {
        int at = place.lastIndexOf(MARKER);
        return at < 0 ? place : place.substring(at + MARKER.length());
    }

    static String lease(String place) {
        String name = place.substring(place.lastIndexOf('/') + 1);
        return name.length() > 39 ? name.substring(3, 39) : name;
    }

    static String hold(String place) {
        String directory = TwinTree.parent(place);
        return "lock/" + directory.substring(directory.lastIndexOf('/') + 1);
    }
}
