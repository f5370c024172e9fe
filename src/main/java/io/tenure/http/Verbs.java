package io.tenure.http;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.tenure.error.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The metrics of the verbs: a timer for each, and a counter for each way in which one was refused. Safe for use by many threads. */
public final class Verbs {
    private final MetricRegistry metrics;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    public Verbs(MetricRegistry metrics) {
        this.metrics = metrics;
    }

    /** The same stage, timed until it completes; waiting in a queue is part of the time. */
    public <T> CompletionStage<T> timed(String verb, CompletionStage<T> stage) {
        Timer timer = timers.computeIfAbsent(verb, name -> metrics.timer("tenure." + name));
        long began = System.nanoTime();
        return stage.whenComplete((value, failure) -> {
            timer.update(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            if (failure != null) {
                Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
                String outcome =
                        cause instanceof Refusal refusal ? refusal.code().name().toLowerCase(Locale.ROOT) : "fault";
                metrics.counter("tenure." + verb + ".refused." + outcome).inc();
            }
        });
    }
}
