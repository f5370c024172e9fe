package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Watcher.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A model of Curator's {@code InterProcessMutex}: takes a lock by an ephemeral sequential node, watches the one before it, holds
 * when it is the first, and sometimes dies, so that its node goes with its session.
 *
 * <p>It speaks to the store directly, each step after a time of its own; between making the directory and its node in it there is
 * a gap in which the directory may be removed.
 */
final class NativeContender {
    private static final String WORD = "lock-";

    private final World world;
    private final TwinStore store;
    private final String directory;
    private final String id;
    private final Duration longestHold;
    private long session;
    private String node = "";
    private int rounds;
    private boolean retired;
    /** Counts its sessions, so that what follows from an older one is dropped. */
    private int sessions;

    NativeContender(World world, TwinStore store, String directory, Duration longestHold, int rounds) {
        this.world = world;
        this.store = store;
        this.directory = directory;
        this.longestHold = longestHold;
        this.rounds = rounds;
        this.id = new java.util.UUID(world.bits(), world.bits()).toString();
    }

    void start() {
        pause(longestHold, this::open);
    }

    /** Begins nothing more; what it has goes on. */
    void retire() {
        retired = true;
    }

    /** Its session is no more: it begins anew. */
    void lose() {
        sessions++;
        pause(longestHold, this::open);
    }

    private void open() {
        if (retired || rounds-- <= 0) {
            return;
        }
        sessions++;
        session = store.openSession();
        makeNode();
    }

    private void makeNode() {
        Operation create =
                new Operation.Create(directory + "/_c_" + id + "-" + WORD, new byte[0], Operation.Mode.SEQUENTIAL);
        Outcome outcome = store.commitNative(session, List.of(create)).outcome();
        if (outcome instanceof Outcome.Done done) {
            node = done.path(0);
            soon(this::look);
        } else {
            store.commit(session, List.of(new Operation.Create(directory, new byte[0], Operation.Mode.CONTAINER)));
            soon(this::makeNode);
        }
    }

    private void look() {
        List<String> queue = new ArrayList<>(store.children(directory));
        queue.sort(Comparator.comparing((String name) -> name.substring(name.lastIndexOf(WORD) + WORD.length())));
        int index = queue.indexOf(node.substring(node.lastIndexOf('/') + 1));
        if (index < 0) {
            open();
        } else if (index == 0) {
            pause(longestHold, this::leave);
        } else if (world.chance(0.1)) {
            pause(longestHold, this::leave);
        } else {
            waitFor(directory + "/" + queue.get(index - 1));
        }
    }

    private void waitFor(String before) {
        Runnable[] stop = {() -> {}};
        stop[0] = store.follow(transaction -> {
            boolean gone = transaction.touches().stream()
                    .anyMatch(touch -> touch.path().equals(before) && touch.change() == Change.DELETED);
            if (gone) {
                stop[0].run();
                soon(this::look);
            }
        });
        if (store.node(before).isEmpty()) {
            stop[0].run();
            soon(this::look);
        }
    }

    /** Releases, gives up, or dies. */
    private void leave() {
        long ended = session;
        if (world.chance(0.2)) {
            world.after(world.weather().sessionTimeout().toNanos(), () -> store.endSession(ended));
            pause(world.weather().sessionTimeout().multipliedBy(2), this::open);
        } else {
            store.commit(session, List.of(new Operation.Delete(node, -1)));
            pause(longestHold, this::open);
        }
    }

    private void soon(Runnable task) {
        after(1 + world.latency(), task);
    }

    private void pause(Duration longest, Runnable task) {
        after(1 + world.bits(longest.toNanos()), task);
    }

    private void after(long delay, Runnable task) {
        int then = sessions;
        world.after(delay, () -> {
            if (then == sessions) {
                task.run();
            }
        });
    }
}
