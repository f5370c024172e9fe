package io.tenure.simulation;

import io.tenure.coordination.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler with a clock and a source of chance of its own: the only thing in a simulation that runs anything.
 *
 * <p>Events run one after the other in the order of their times, and of their making where times are equal. Time moves only from
 * event to event. The same seed and the same calls give the same run. Not safe for use by several threads.
 */
public final class World {
    private static final int MOST_EVENTS = 5_000_000;
    private static final int TRACE_LENGTH = 400;

    private final SplittableRandom random;
    private final Weather weather;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Deque<Supplier<String>> trace = new ArrayDeque<>();
    private long nanos;
    private long made;
    private long ran;
    private Invariant.@Nullable Violation breach;

    public World(long seed, Weather weather) {
        this.random = new SplittableRandom(seed);
        this.weather = weather;
    }

    /** A world without delays or faults: what is asked for is done by {@link #settle}. */
    public static World calm() {
        return new World(0, Weather.CALM);
    }

    public Weather weather() {
        return weather;
    }

    /** The true time, in nanoseconds since the world began; no server knows it. */
    public long nanos() {
        return nanos;
    }

    /** The timers of a new machine with this name, whose clock is as wrong as the weather allows. */
    public Timers timers(String name) {
        return machine(name);
    }

    /** A new machine with this name, whose clock is as wrong as the weather allows. */
    public Machine machine(String name) {
        double rate = 1 + weather.drift() * (2 * random.nextDouble() - 1);
        return new Machine(this, name, rate, weather.drift() == 0 ? 0 : random.nextLong(1L << 40));
    }

    /** Runs the task when this many nanoseconds of true time have passed. */
    public Timers.Timer after(long delay, Runnable task) {
        return at(nanos + Math.max(0, delay), task);
    }

    /** Runs the task at this true time, or now if it has passed. */
    public Timers.Timer at(long time, Runnable task) {
        Event event = new Event(Math.max(nanos, time), made++, task);
        events.add(event);
        return event;
    }

    /** Runs the next event, if there is one. */
    public boolean step() {
        while (true) {
            Event event = events.poll();
            if (event == null) {
                return false;
            }
            if (event.cancelled) {
                continue;
            }
            if (++ran > MOST_EVENTS) {
                throw new IllegalStateException("this world does not come to rest");
            }
            nanos = event.time;
            event.task.run();
            if (breach != null) {
                throw breach;
            }
            return true;
        }
    }

    /** Notes what has been broken where whoever asked would make nothing of it: the world ends with the event that runs. */
    void breach(Invariant.Violation violation) {
        breach = violation;
    }

    /** Runs everything that is due, and what follows from it without waiting. */
    public void settle() {
        runUntil(nanos);
    }

    /** Lets this much time pass, and runs what becomes due meanwhile. */
    public void advance(Duration time) {
        runUntil(nanos + time.toNanos());
    }

    /** Runs events until the stage is complete and gives its value; throws what it failed with, or when nothing is left to run. */
    public <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        while (!future.isDone()) {
            if (!step()) {
                throw new IllegalStateException("nothing left to do, and the stage is not complete");
            }
        }
        return future.join();
    }

    /** True with this probability, 0 to 1. */
    public boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** A number from 0 to below the bound. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** A duration in nanoseconds from the least to below the most. */
    public long between(Duration least, Duration most) {
        return random.nextLong(least.toNanos(), most.toNanos());
    }

    /** One of the list, which is not empty. */
    public <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Random bits, for ids. */
    public long bits() {
        return random.nextLong();
    }

    /** A number from 0 to below the bound. */
    public long bits(long bound) {
        return random.nextLong(bound);
    }

    /** How long this message, or this write, takes: nanoseconds. */
    public long latency() {
        return some(weather.latency());
    }

    /** How long this replica takes to learn of a write: nanoseconds. */
    public long lag() {
        return some(weather.lag());
    }

    /** How late this timer is: nanoseconds. */
    public long hiccup() {
        return some(weather.hiccup());
    }

    /** Notes a line for whoever has to understand a failing schedule; the last few hundred are kept. */
    public void note(Supplier<String> line) {
        if (trace.size() == TRACE_LENGTH) {
            trace.removeFirst();
        }
        long at = nanos;
        trace.addLast(() -> "%12.6f  %s".formatted(at / 1e9, line.get()));
    }

    /** What has been noted, oldest first. */
    public List<String> trace() {
        return trace.stream().map(Supplier::get).toList();
    }

    private long some(Duration usual) {
        if (usual.isZero()) {
            return 0;
        }
        long bound = usual.toNanos();
        return random.nextLong(chance(weather.slow()) ? 20 * bound : bound);
    }

    private void runUntil(long time) {
        while (true) {
            Event next = events.peek();
            if (next == null || next.time > time) {
                nanos = time;
                return;
            }
            if (next.cancelled) {
                events.poll();
            } else {
                step();
            }
        }
    }

    private static final class Event implements Timers.Timer, Comparable<Event> {
        private final long time;
        private final long order;
        private final Runnable task;
        private boolean cancelled;

        Event(long time, long order, Runnable task) {
            this.time = time;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
