package io.tenure.app;

import com.codahale.metrics.MetricRegistry;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Timers;
import io.tenure.http.Health;
import io.tenure.http.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How well this server can serve: the worst of all conditions, each of which is asked anew. The one place that knows it, counts it and
 * tells the log of its changes. Safe for use by many threads.
 */
public final class Conditions implements Supplier<Health> {
    private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);
    private static final Duration BETWEEN = Duration.ofMillis(250);

    /** So many looks in turn must find another level before the log says so: what comes and goes is not told. */
    private static final int SURE = 8;

    private final List<Named> conditions = new CopyOnWriteArrayList<>();

    @GuardedBy("this")
    private Level told = Level.NORMAL;

    @GuardedBy("this")
    private int others;

    /** Something that may be wrong. Asked often: it must answer from memory. */
    public interface Condition {
        /** What is wrong in one line; empty when nothing is. */
        Optional<String> fault();
    }

    /** Counts a condition in, at this level when it does not hold. */
    public void add(Level level, String name, Condition condition) {
        conditions.add(new Named(level, name, condition));
    }

    @Override
    public Health get() {
        Level worst = Level.NORMAL;
        List<String> reasons = new ArrayList<>();
        for (Named named : conditions) {
            Optional<String> fault = named.condition().fault();
            if (fault.isPresent()) {
                reasons.add(fault.get());
                worst = worst.compareTo(named.level()) < 0 ? named.level() : worst;
            }
        }
        return new Health(worst, reasons);
    }

    /** Shows the level as {@code tenure.level}, 0 for the best, and each condition as 1 while it is at fault, otherwise 0. */
    void count(MetricRegistry metrics) {
        metrics.gauge("tenure.level", () -> () -> get().level().number());
        for (Named named : conditions) {
            metrics.gauge(
                    "tenure.condition." + named.name(),
                    () -> () -> named.condition().fault().isPresent() ? 1 : 0);
        }
    }

    /** Looks from now on, and tells the log of each change of the level. */
    void follow(Timers timers) {
        look();
        timers.after(BETWEEN, () -> follow(timers));
    }

    /** Looks once. That requests are refused is told at once, all else when it has been so for a while. */
    synchronized void look() {
        Health now = get();
        Level level = now.level();
        others = level == told ? 0 : others + 1;
        boolean worse = level.compareTo(told) > 0;
        if (others < (worse && level != Level.DEGRADED ? 1 : SURE)) {
            return;
        }
        String why = now.reasons().isEmpty() ? "" : ": " + String.join("; ", now.reasons());
        if (worse && level != Level.STOPPING) {
            LOG.warn("level {} instead of {}{}", level, told, why);
        } else {
            LOG.info("level {} instead of {}{}", level, told, why);
        }
        told = level;
        others = 0;
    }

    private record Named(Level level, String name, Condition condition) {}
}
