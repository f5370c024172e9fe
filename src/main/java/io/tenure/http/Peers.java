package io.tenure.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a client has closed its connection while its request waits for an answer.
 *
 * <p>The server reads nothing from a connection whose response is suspended, so a client that vanishes would be noticed only when
 * its answer is written. One thread therefore keeps the sockets of waiting requests in a selector of its own. A socket that is
 * readable and has no byte to read is at its end: the client has closed it, or half of it. A socket that is readable and has bytes
 * belongs to a client that sends its next request early; nothing is known of it from then on. Nothing is ever read, so the server's
 * own reading is not disturbed.
 *
 * <p>What it cannot see: a client whose machine lost power or network, and, below TLS, an orderly close, which arrives as bytes.
 *
 * <p>Safe for use by many threads. {@link #run} is the body of the one thread that does the work; it returns after {@link #close}.
 */
public final class Peers implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    /**
     * So long the thread rests between two things that it does: most requests that wait have their answer sooner, and need no watch at
     * all; and a connection that has just been answered is readable by its next request, which is no reason to wake.
     */
    private static final Duration REST = Duration.ofMillis(50);

    private final Selector selector;

    /** For one connection at a time, by whoever asks, who holds its lock. */
    private final Selector looks;

    private final Executor executor;

    @GuardedBy("this")
    private List<Runnable> changes = new ArrayList<>();

    /** Every watch that has told nothing yet. Used by the one thread only. */
    private final Set<Watch> watches = new HashSet<>();

    private int sinceSweep;

    /** Whether the thread rests before it looks again, and need not be woken. */
    @GuardedBy("this")
    private boolean resting;

    private volatile boolean closed;

    /**
     * Begins without a watch.
     *
     * @param executor runs what is to be done when a client has gone; it must not block the caller
     */
    public Peers(Executor executor) {
        this.executor = executor;
        try {
            this.selector = Selector.open();
            this.looks = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the task once, soon after the client has closed this connection, unless the watch is closed before. */
    Watch watch(SocketChannel channel, Runnable gone) {
        Watch watch = new Watch(channel, gone);
        change(() -> begin(watch));
        return watch;
    }

    /** Looks whether the client has closed this connection, which the thread may not have noticed yet. */
    boolean hasGone(SocketChannel channel) {
        synchronized (looks) {
            try {
                SelectionKey key = channel.register(looks, SelectionKey.OP_READ);
                looks.selectNow();
                boolean gone = key.isReadable() && ended(channel);
                key.cancel();
                looks.selectNow(); // which lets go of the key
                return gone;
            } catch (ClosedSelectorException stopped) {
                return false;
            } catch (CancelledKeyException | IOException closed) {
                return true;
            }
        }
    }

    @Override
    public void run() {
        try (selector;
                looks) {
            while (!closed) {
                try {
                    once();
                } catch (RuntimeException e) {
                    // one connection's trouble is not that of all others
                    LOG.warn("A client that vanished may have gone unnoticed", e);
                }
            }
        } catch (IOException e) {
            LOG.error("Clients that vanish while they wait go unnoticed from now on", e);
        }
    }

    private void once() throws IOException {
        boolean rested = rests();
        int done = rested ? afterRest() : selector.select(this::readable, SWEEP.toMillis());
        rest(done > 0);
        if (done > 0 || !(rested || rests())) {
            sweep(done);
        }
    }

    private int afterRest() throws IOException {
        LockSupport.parkNanos(this, REST.toNanos());
        List<Runnable> taken = taken();
        taken.forEach(Runnable::run);
        return taken.size() + selector.selectNow(this::readable);
    }

    private synchronized boolean rests() {
        return resting;
    }

    private synchronized void rest(boolean asked) {
        resting = asked || !changes.isEmpty();
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void begin(Watch watch) {
        if (watch.closed) {
            return;
        }
        try {
            watch.key = register(watch);
            watches.add(watch);
        } catch (ClosedChannelException e) {
            watch.tell();
        } catch (IOException e) {
            LOG.warn("Cannot watch a connection", e);
        }
    }

    private SelectionKey register(Watch watch) throws IOException {
        try {
            return watch.channel.register(selector, SelectionKey.OP_READ, watch);
        } catch (CancelledKeyException e) {
            // an earlier request of this connection has just ended, and its key is not yet removed
            selector.selectNow(this::readable);
            return watch.channel.register(selector, SelectionKey.OP_READ, watch);
        }
    }

    private void readable(SelectionKey key) {
        Watch watch = (Watch) key.attachment();
        key.cancel();
        if (watches.remove(watch) && ended(watch.channel)) {
            watch.tell();
        }
    }

    private static boolean ended(SocketChannel channel) {
        try {
            return channel.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * The server itself may close a connection, which cancels its key without a word: looks at all of them when a second has passed
     * quietly, or as many things have been done as there are watches, so that the look never costs more than the work.
     */
    private void sweep(int done) {
        sinceSweep += done;
        if (done > 0 && sinceSweep < watches.size()) {
            return;
        }
        sinceSweep = 0;
        watches.removeIf(watch -> {
            boolean ended = !watch.channel.isOpen();
            if (ended) {
                watch.tell();
            }
            return ended;
        });
    }

    private void change(Runnable change) {
        boolean asleep;
        synchronized (this) {
            asleep = changes.isEmpty() && !resting;
            changes.add(change);
        }
        if (asleep) {
            selector.wakeup();
        }
    }

    private synchronized List<Runnable> taken() {
        List<Runnable> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }

    /** One waiting request's connection. Closing it twice is closing it once. */
    final class Watch implements AutoCloseable, Delivery.Listener {
        private final SocketChannel channel;
        private final Runnable gone;
        private @Nullable SelectionKey key;
        private volatile boolean closed;

        private Watch(SocketChannel channel, Runnable gone) {
            this.channel = channel;
            this.gone = gone;
        }

        @Override
        public void over(boolean written) {
            close();
        }

        /**
         * A watch that is closed tells nothing. The order matters: the server reads the next request of a connection only after the
         * last one has closed its watch, so bytes that vanish before they are counted are seen here as a closed watch.
         */
        private void tell() {
            if (!closed) {
                executor.execute(gone);
            }
        }

        @Override
        public void close() {
            closed = true;
            change(() -> {
                if (watches.remove(this) && key != null) {
                    key.cancel();
                }
            });
        }
    }
}
