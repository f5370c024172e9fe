package io.tenure.http;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.tenure.error.Refusal;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the service does, under the verbs of the API: {@code acquire}, {@code renew}, {@code release}, {@code revoke},
 * {@code withdraw}, {@code expire}, {@code drain}.
 *
 * <p>Each verb has a timer {@code tenure.<verb>} and a counter {@code tenure.<verb>.<outcome>} for each outcome: {@code done},
 * {@code failed}, or the code of the refusal. Safe for use by many threads.
 */
public final class Verbs {
    private final MetricRegistry registry;
    private final LongSupplier nanos;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    /**
     * Makes the place.
     *
     * @param nanos a clock that never goes back
     */
    public Verbs(MetricRegistry registry, LongSupplier nanos) {
        this.registry = registry;
        this.nanos = nanos;
    }

    /** Carries the verb out and measures it until its stage is complete. */
    public <T> CompletionStage<T> timed(String verb, Supplier<CompletionStage<T>> action) {
        Timer timer = timers.computeIfAbsent(verb, any -> registry.timer("tenure." + any));
        long began = nanos.getAsLong();
        return action.get().whenComplete((value, fault) -> {
            timer.update(nanos.getAsLong() - began, TimeUnit.NANOSECONDS);
            count(verb, outcome(fault));
        });
    }

    /** Counts one outcome of a verb. */
    public void count(String verb, String outcome) {
        registry.counter("tenure." + verb + "." + outcome).inc();
    }

    private static String outcome(@Nullable Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause == null) {
            return "done";
        }
        return cause instanceof Refusal refusal ? refusal.code().name() : "failed";
    }
}
