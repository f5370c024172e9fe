package io.tenure.app;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, to be closed in reverse. Closing twice is closing once, and one that fails keeps none from being closed. */
final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    @GuardedBy("this")
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Remembers what was just opened. */
    synchronized <T extends AutoCloseable> T with(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("Something could not be closed", e);
            }
        }
    }
}
