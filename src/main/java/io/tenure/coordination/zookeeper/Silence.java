package io.tenure.coordination.zookeeper;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up connections on which requests are under way and nothing comes back: a request is answered within {@link #bound}, or told
 * that nobody knows.
 *
 * <p>ZooKeeper's client gives up a silent connection after two thirds of the session timeout, which has to be long enough for sessions to
 * outlive a pause. Requests need not hang for so long: ended by this class, the connection is made anew, perhaps to another server, in the
 * same session, and all that was under way on it is told in order that the connection is lost. Answers that come, however late, keep a
 * connection; so does a pause of this whole process, which counts as one look. One thread, from the first moment until {@link #close}.
 */
final class Silence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Silence.class);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int LOOKS = 5;

    private final ScheduledExecutorService looks;
    private final Duration bound;

    Silence(List<Lane> lanes, Duration sessionTimeout) {
        bound = bound(sessionTimeout);
        looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tenure-zookeeper-silence");
            thread.setDaemon(true);
            return thread;
        });
        long between = bound.toNanos() / LOOKS;
        var unused =
                looks.scheduleWithFixedDelay(() -> lanes.forEach(this::look), between, between, TimeUnit.NANOSECONDS);
    }

    /** How long at most a request is under way on a connection that is silent: 2 s, or a third of short sessions. */
    static Duration bound(Duration sessionTimeout) {
        Duration third = sessionTimeout.dividedBy(3);
        return third.compareTo(LONGEST) < 0 ? third : LONGEST;
    }

    private void look(Lane lane) {
        try {
            if (lane.silentLooks() >= LOOKS) {
                LOG.warn(
                        "session {}: ZooKeeper has not answered for {} ms; connecting anew",
                        lane.name(),
                        bound.toMillis());
                lane.hangUp();
            }
        } catch (RuntimeException fault) {
            LOG.error("A silent connection could not be given up", fault);
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
