package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Watcher.Change;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A model of one of Curator's own recipes: takes a place by an ephemeral sequential node, looks at the queue, watches some place
 * before its own or holds, and leaves; sometimes it gives up, and sometimes it dies, so that its nodes go with its session. What is
 * particular to a recipe its subclass says.
 *
 * <p>It speaks to the store directly, each step after a time of its own; between making the directory and its node in it there is
 * a gap in which the directory may be removed, and between looking at the queue and watching a gap in which it may miss something. It
 * watches one place, once: that is all that wakes it.
 */
abstract class NativeContender {
    /** How long it holds and pauses at most, and how often it begins. */
    record Habits(Duration longest, int rounds) {}

    final World world;
    final TwinStore store;
    final Thing thing;
    private final Natives natives;
    private final Duration longest;
    private String id = "";
    private long session;
    private String node = "";
    private int rounds;
    private boolean retired;
    private boolean holds;
    /** The path that it watches while it sleeps; empty while it does not. */
    private String watched = "";
    /** Whether the watch has fired and it has taken no notice: nothing wakes it any more. */
    private boolean deaf;

    private long asleepAt;
    private Runnable unwatch = () -> {};
    /** Counts its sessions, so that what follows from an older one is dropped. */
    private int sessions;

    NativeContender(World world, TwinStore store, Thing thing, Natives natives, Habits habits) {
        this.world = world;
        this.store = store;
        this.thing = thing;
        this.natives = natives;
        this.longest = habits.longest();
        this.rounds = habits.rounds();
        natives.add(this);
    }

    /** A contender for this by the recipe that belongs to it. */
    static NativeContender of(World world, TwinStore store, Thing thing, Natives natives, Habits habits) {
        return switch (thing.recipe()) {
            case LOCK -> new NativeMutex(world, store, thing, natives, habits);
            case RWLOCK -> new NativeReadWriteLock(world, store, thing, natives, habits);
            case SEMAPHORE -> new NativeSemaphore(world, store, thing, natives, habits);
            case ELECTION -> new NativeLatch(world, store, thing, natives, habits);
        };
    }

    /** What it takes in this round. */
    abstract Share share();

    /** What its place says. */
    byte[] data() {
        return new byte[0];
    }

    /** The index of the place to watch, which is before its own; nothing when it holds. */
    abstract Optional<Integer> ahead(List<String> queue, int own);

    /** Whether it looks again when the place that it watches has been written over. */
    boolean heedsData() {
        return true;
    }

    /** It holds now, until it leaves. */
    void held() {
        pause(this::leave);
    }

    /** A round begins. */
    void begin() {}

    String id() {
        return id;
    }

    boolean holds() {
        return holds;
    }

    /** Whether nothing but its watch makes it look at the queue again. */
    boolean sleeps() {
        return !watched.isEmpty();
    }

    /** Whether it has slept for longer than a server may need to learn of it and to act on what it has read. */
    boolean sleepsSoundly() {
        Weather weather = world.weather();
        Duration slow = weather.lag().plus(weather.latency().multipliedBy(4)).multipliedBy(20);
        return sleeps() && world.nanos() - asleepAt >= slow.toNanos();
    }

    /** Runs the task after this time if it has not been awake in between. */
    void ifItSleepsOn(Duration time, Runnable task) {
        long since = asleepAt;
        world.after(time.toNanos(), () -> {
            if (sleeps() && asleepAt == since) {
                task.run();
            }
        });
    }

    /** Whether it is awake after this transaction, which it has not been told of yet. */
    boolean isWokenBy(Transaction transaction) {
        return sleeps() && !deaf && transaction.touches().stream().anyMatch(touch -> concerns(touch) && heeds(touch));
    }

    /** The path of its place; empty while it has none. */
    String node() {
        return node;
    }

    /** The path that it watches while it sleeps. */
    String watched() {
        return watched;
    }

    final void start() {
        pause(this::open);
    }

    /** Begins nothing more; what it has goes on. */
    final void retire() {
        retired = true;
    }

    /** Its session is no more: it begins anew. */
    final void lose() {
        over();
        sessions++;
        pause(this::open);
    }

    private void open() {
        if (retired || rounds-- <= 0) {
            return;
        }
        sessions++;
        session = store.openSession();
        id = new UUID(world.bits(), world.bits()).toString();
        begin();
        makeNode();
    }

    private void makeNode() {
        String place = place(id) + thing.recipe().word(share().reads());
        Outcome outcome = store.commitNative(
                        session, List.of(new Operation.Create(place, data(), Operation.Mode.SEQUENTIAL)))
                .outcome();
        if (outcome instanceof Outcome.Done done) {
            node = done.path(0);
            soon(this::look);
        } else {
            store.commit(session, List.of(new Operation.Create(directory(), new byte[0], Operation.Mode.CONTAINER)));
            soon(this::makeNode);
        }
    }

    private String directory() {
        return natives.directory(thing);
    }

    /** What the path of a place begins with, up to the recipe's word. */
    final String place(String uuid) {
        return directory() + "/_c_" + uuid + "-";
    }

    /** Looks at the queue, as whoever has been woken does. */
    final void look() {
        List<String> queue = natives.queue(thing);
        int own = queue.indexOf(node.substring(node.lastIndexOf('/') + 1));
        if (own < 0) {
            over();
            open();
            return;
        }
        Optional<Integer> ahead = ahead(queue, own);
        if (ahead.isEmpty()) {
            holds = true;
            natives.begins(this);
            held();
        } else if (world.chance(0.1)) {
            pause(this::leave);
        } else {
            String before = directory() + "/" + queue.get(ahead.get());
            soon(() -> watch(before));
        }
    }

    private void watch(String before) {
        if (store.node(before).isEmpty()) {
            soon(this::look);
            return;
        }
        watched = before;
        asleepAt = world.nanos();
        deaf = false;
        unwatch.run();
        unwatch = store.follow(this::told);
    }

    private void told(Transaction transaction) {
        if (!sleeps() || deaf) {
            return;
        }
        if (isWokenBy(transaction)) {
            wake();
        } else {
            deaf = transaction.touches().stream().anyMatch(this::concerns);
        }
    }

    /** It looks again, whatever woke it. */
    final void wake() {
        watched = "";
        unwatch.run();
        soon(this::look);
    }

    private boolean concerns(Touch touch) {
        return touch.path().equals(watched) && touch.change() != null;
    }

    private boolean heeds(Touch touch) {
        return touch.change() == Change.DELETED || heedsData();
    }

    /** It has another place than before, and holds on. */
    final void moved(String to) {
        natives.moves(this);
        node = to;
    }

    final long session() {
        return session;
    }

    /** Releases, gives up, or dies. */
    final void leave() {
        long ended = session;
        String last = node;
        over();
        if (world.chance(0.2)) {
            Duration timeout = world.weather().sessionTimeout();
            world.after(timeout.toNanos(), () -> store.endSession(ended));
            after(1 + world.bits(2 * timeout.toNanos()), this::open);
        } else {
            store.commit(session, List.of(new Operation.Delete(last, -1)));
            pause(this::open);
        }
    }

    private void over() {
        if (holds) {
            natives.ends(this);
        }
        holds = false;
        watched = "";
        node = "";
        unwatch.run();
    }

    final void soon(Runnable task) {
        after(1 + world.latency(), task);
    }

    final void pause(Runnable task) {
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
