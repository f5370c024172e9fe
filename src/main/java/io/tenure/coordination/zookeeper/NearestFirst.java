package io.tenure.coordination.zookeeper;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.client.HostProvider;

/**
 * Which ZooKeeper a session tries next: the one in its own process, and the others when that one does not answer several times.
 *
 * <p>A frozen or slow peer then holds up the sessions of its own server alone. When the own peer refuses, it is nearly always because a
 * leader is being elected, and then the others refuse as well. Names are resolved anew for each try. Safe for use by many threads.
 */
final class NearestFirst implements HostProvider {
    private static final int TRIES = 3;
    private static final long PAUSE_MILLIS = 100;

    private final InetSocketAddress nearest;
    private final List<InetSocketAddress> others;

    /** Tries since there was a connection. */
    @GuardedBy("this")
    private int tries;

    /** @param all where ZooKeeper may be, the nearest among them */
    NearestFirst(InetSocketAddress nearest, Collection<InetSocketAddress> all) {
        this.nearest = nearest;
        List<InetSocketAddress> rest = new ArrayList<>(all);
        rest.remove(nearest);
        Collections.shuffle(rest);
        this.others = List.copyOf(rest);
    }

    @Override
    public int size() {
        return 1 + others.size();
    }

    @Override
    public InetSocketAddress next(long pause) {
        InetSocketAddress next;
        boolean first;
        synchronized (this) {
            first = tries == 0;
            int round = tries / (TRIES + 1);
            next = tries % (TRIES + 1) < TRIES || others.isEmpty() ? nearest : others.get(round % others.size());
            tries++;
        }
        if (!first) {
            pause(Math.min(pause, PAUSE_MILLIS));
        }
        return new InetSocketAddress(next.getHostString(), next.getPort());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void onConnected() {
        tries = 0;
    }

    /** The members do not change while a server runs. */
    @Override
    public boolean updateServerList(Collection<InetSocketAddress> servers, InetSocketAddress current) {
        return false;
    }
}
