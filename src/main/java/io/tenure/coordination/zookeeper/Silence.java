package io.tenure.coordination.zookeeper;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up connections on which requests are under way and nothing comes back: a request is answered within two seconds, or
 * told that nobody knows.
 *
 * <p>ZooKeeper's client gives up a silent connection after two thirds of the session timeout, which has to be long enough for
 * sessions to outlive a pause: 6.7 s by default. Requests need not hang for so long: ended by this class, the connection is made
 * anew, perhaps to another server, in the same session, and all that was under way on it is told in order that the connection is
 * lost. Answers that come, however late, keep a connection; so does a pause of this whole process, which counts as one look. One
 * thread, from the first moment until {@link #close}.
 */
final class Silence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Silence.class);
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final int LOOKS = 5;

    private final ScheduledExecutorService looks;

    Silence(List<Lane> lanes) {
        looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tenure-zookeeper-silence");
            thread.setDaemon(true);
            return thread;
        });
        long between = BOUND.toNanos() / LOOKS;
        var unused =
                looks.scheduleWithFixedDelay(() -> lanes.forEach(this::look), between, between, TimeUnit.NANOSECONDS);
    }

    private void look(Lane lane) {
        try {
            if (lane.silentLooks() >= LOOKS) {
                LOG.warn(
                        "session {}: ZooKeeper has not answered for {} ms; connecting anew",
                        lane.name(),
                        BOUND.toMillis());
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
