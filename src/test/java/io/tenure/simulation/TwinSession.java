package io.tenure.simulation;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The store's half of a session: a replica that lags, the watches it has been asked for, and the requests that it carries out one
 * after the other.
 *
 * <p>The replica shows the session's own writes at once and never goes back while one link is attached. Every event up to a
 * transaction is on its way before any answer that shows that transaction. A request that arrives over a link which is no longer
 * the attached one, or after the session's end, is refused: it never takes place.
 */
final class TwinSession {
    private final World world;
    private final TwinStore store;
    private final long id;
    private final NavigableSet<String> watched = new TreeSet<>();
    private final Runnable unfollow;
    private @Nullable Link link;
    private long seen;
    private long busyUntil;
    private boolean catchingUp;
    private final int restores;
    private boolean ended;
    private int silences;

    TwinSession(World world, TwinStore store) {
        this.world = world;
        this.store = store;
        this.id = store.openSession();
        this.restores = store.restores();
        this.unfollow = store.follow(any -> catchUpSoon());
    }

    long id() {
        return id;
    }

    /** Whether the store does not know it any more. */
    boolean ended() {
        return ended || restores != store.restores();
    }

    /** The last transaction that the attached replica shows. */
    long seen() {
        return seen;
    }

    /**
     * Goes on over another link, with another replica that shows at least what the client has seen, and without watches.
     *
     * @return false when the session has ended
     */
    boolean attach(Link next, long seenByClient) {
        if (ended()) {
            return false;
        }
        heard();
        link = next;
        watched.clear();
        long news = store.last() - seenByClient;
        seen = seenByClient + (world.weather().lag().isZero() || news == 0 ? news : world.below((int) news + 1));
        catchUpSoon();
        return true;
    }

    /** Takes in a request that has arrived; its answer is sent to {@code from} once it has been carried out. */
    void receive(Link from, Link.Request request) {
        busyUntil = Math.max(busyUntil, world.nanos() + world.latency());
        world.at(busyUntil, () -> {
            if (!ended() && link == from) {
                Runnable answer = request.carryOut(this);
                if (answer == null) {
                    from.cut(Link.Fate.LOST, world.latency() * 3);
                } else {
                    from.down(answer);
                }
            }
        });
    }

    Outcome commit(List<Operation> operations) {
        Transaction transaction = store.commit(id, operations);
        catchUp(transaction.zxid());
        return transaction.outcome();
    }

    List<Found> read(List<Query> queries) {
        return store.find(queries, seen);
    }

    void sync() {
        catchUp(store.last());
    }

    void watch(String path) {
        watched.add(path);
    }

    void unwatch(String path) {
        watched.remove(path);
    }

    /** From now on nothing is heard of the client; unless that changes, the session ends after its timeout. */
    void silent() {
        int silence = ++silences;
        long timeout = world.weather().sessionTimeout().toNanos();
        world.after(timeout + world.latency() * 50, () -> {
            if (silence == silences) {
                end();
            }
        });
    }

    /** The client has been heard of again. */
    void heard() {
        silences++;
    }

    /** Ends it, with all nodes that last as long as it does. */
    void end() {
        if (ended) {
            return;
        }
        boolean known = !ended();
        ended = true;
        unfollow.run();
        if (known) {
            store.endSession(id);
        }
        Link last = link;
        if (last != null) {
            last.end();
        }
    }

    private void catchUpSoon() {
        if (catchingUp || ended()) {
            return;
        }
        catchingUp = true;
        world.after(world.lag(), () -> {
            catchingUp = false;
            if (!ended()) {
                catchUp(store.last());
            }
        });
    }

    private void catchUp(long zxid) {
        while (seen < zxid) {
            seen++;
            Link to = link;
            if (watched.isEmpty() || to == null) {
                continue;
            }
            List<Touch> news = new ArrayList<>();
            for (Touch touch : store.transaction(seen).touches()) {
                if (touch.change() != null && isWatched(touch.path())) {
                    news.add(touch);
                }
            }
            if (!news.isEmpty()) {
                to.tell(news, seen);
            }
        }
    }

    private boolean isWatched(String path) {
        for (String top : watched) {
            if (TwinTree.covers(top, path)) {
                return true;
            }
        }
        return false;
    }
}
