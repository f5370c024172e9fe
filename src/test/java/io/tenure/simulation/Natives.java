package io.tenure.simulation;

import io.tenure.coordination.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The native contenders of a schedule, and what they may expect: nobody else removes their places, they hold when they find that they
 * do, and when a transaction of ours makes one entitled it is not left asleep ({@code docs/protocol.md} 5).
 *
 * <p>Such a transaction is one that removes a place of ours. A native that watches another native's place, as a semaphore's may, is
 * excused: nobody but its owner writes there. So is one that has only just fallen asleep, since the servers may not have seen it.
 */
final class Natives implements Invariant {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final TwinStore store;
    private final Paths paths;
    private final Beliefs beliefs;
    private final Tally tally;
    private final List<NativeContender> all = new ArrayList<>();

    Natives(TwinStore store, Paths paths, Beliefs beliefs, Tally tally) {
        this.store = store;
        this.paths = paths;
        this.beliefs = beliefs;
        this.tally = tally;
    }

    void add(NativeContender contender) {
        all.add(contender);
    }

    void start() {
        all.forEach(NativeContender::start);
    }

    /** They begin nothing more. */
    void retire() {
        all.forEach(NativeContender::retire);
    }

    /** Their sessions are no more. */
    void lose() {
        all.forEach(NativeContender::lose);
    }

    List<String> queue(Thing thing) {
        return thing.queue(store, paths);
    }

    String directory(Thing thing) {
        return thing.directory(paths);
    }

    int permits(Thing thing) {
        return thing.permits(store, paths);
    }

    String permitsNode(Thing thing) {
        return thing.permitsNode(paths);
    }

    /** One has found that it holds. */
    void begins(NativeContender contender) {
        tally.count("native " + contender.thing.recipe().wire());
        beliefs.believe(contender.share(), contender);
    }

    /** One holds less than before: the change is made, and its place is about to follow. */
    void moves(NativeContender contender) {
        beliefs.believe(contender.share(), contender);
    }

    /** One lets go. */
    void ends(NativeContender contender) {
        beliefs.doubt(contender.thing, contender);
    }

    @Override
    public void after(Step step) {
        Transaction transaction = step.transaction();
        for (Touch touch : transaction.touches()) {
            TwinNode before = touch.before();
            boolean anothers = before != null && before.owner() != 0 && before.owner() != transaction.session();
            if (anothers && transaction.session() > 0 && touch.after() == null) {
                throw new Violation("a native's place was removed: " + touch.path());
            }
        }
        for (String thing : placesOfOursGone(step)) {
            all.stream()
                    .filter(contender -> contender.thing.toString().equals(thing))
                    .filter(contender -> contender.sleepsSoundly() && !contender.isWokenBy(transaction))
                    .forEach(contender -> sleepsRightly(contender, step));
        }
    }

    private static List<String> placesOfOursGone(Step step) {
        return step.transaction().session() == Stranger.SESSION
                ? List.of()
                : step.transaction().touches().stream()
                        .filter(touch -> step.placesGone().contains(touch.path()))
                        .filter(touch ->
                                touch.before() != null && touch.before().owner() == 0)
                        .map(touch -> Thing.ofPlace(touch.path()))
                        .distinct()
                        .toList();
    }

    /**
     * One who is entitled by this end and not woken by it may have been missed by the look before the end, which was made a moment
     * earlier; then it is woken by the look that follows.
     */
    private void sleepsRightly(NativeContender contender, Step step) {
        Thing thing = contender.thing;
        String place = contender.node().substring(contender.node().lastIndexOf('/') + 1);
        List<String> before = new ArrayList<>(queue(thing));
        step.placesMade().forEach(made -> before.remove(made.substring(made.lastIndexOf('/') + 1)));
        step.placesGone().stream()
                .filter(gone -> Thing.ofPlace(gone).equals(thing.toString()))
                .forEach(gone -> before.add(gone.substring(gone.lastIndexOf('/') + 1)));
        before.sort(thing.recipe().order());
        if (mayNotSleep(contender, place) && !thing.recipe().entitles(before, place, permits(thing))) {
            contender.ifItSleepsOn(SOON, () -> {
                if (mayNotSleep(contender, place)) {
                    throw new Violation("rule 5: the native at " + contender.node() + " is entitled by the end of "
                            + step.placesGone() + ", and sleeps on");
                }
            });
        }
    }

    private boolean mayNotSleep(NativeContender contender, String place) {
        boolean watchesANative =
                store.node(contender.watched()).map(node -> node.owner() != 0).orElse(false);
        return !watchesANative
                && contender.thing.recipe().entitles(queue(contender.thing), place, permits(contender.thing));
    }
}
