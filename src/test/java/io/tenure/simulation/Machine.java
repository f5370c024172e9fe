package io.tenure.simulation;

import io.tenure.coordination.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One run of one server, from its start to its end: its clock, and the say over whether what is due for it runs now, later or never: a process and the machine it runs on.
 *
 * <p>While it is paused everything due for it waits, in order, and the world goes on. Once it has crashed nothing of it ever runs
 * again. Its clock runs at a rate of its own and may stand still during a pause, as that of a suspended machine does.
 */
public final class Machine implements Timers {
    private static final long WALL_AT_START = 1_795_000_000_000L;

    private final World world;
    private final String name;
    private final double rate;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long offset;
    private boolean paused;
    private boolean crashed;
    private long pausedAt;

    Machine(World world, String name, double rate, long offset) {
        this.world = world;
        this.name = name;
        this.rate = rate;
        this.offset = offset;
    }

    public String name() {
        return name;
    }

    @Override
    public long nanos() {
        return offset + (long) (world.nanos() * rate);
    }

    @Override
    public long wallMillis() {
        return WALL_AT_START + nanos() / 1_000_000;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        long due = nanos() + delay.toNanos();
        return world.after((long) (delay.toNanos() / rate) + world.hiccup(), () -> runNotBefore(due, task));
    }

    @Override
    public void execute(Runnable task) {
        world.after(world.hiccup(), () -> run(task));
    }

    /** Runs the task in this machine: now, when it goes on, or never. */
    public void run(Runnable task) {
        if (crashed) {
            return;
        }
        if (paused) {
            waiting.addLast(task);
        } else {
            task.run();
        }
    }

    public boolean running() {
        return !paused && !crashed;
    }

    public boolean crashed() {
        return crashed;
    }

    /** Notes in the world's trace what happens here. */
    void note(String what) {
        world.note(() -> name + " " + what);
    }

    /** Stops everything in it until {@link #resume}. */
    public void pause() {
        paused = true;
        pausedAt = nanos();
    }

    /** Goes on: first with what became due meanwhile. */
    public void resume(boolean clockStood) {
        if (!paused) {
            return;
        }
        if (clockStood) {
            offset -= nanos() - pausedAt;
        }
        paused = false;
        while (running() && !waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }

    /** Ends it at once, with everything in its memory. */
    public void crash() {
        crashed = true;
        waiting.clear();
    }

    private void runNotBefore(long due, Runnable task) {
        run(() -> {
            long left = due - nanos();
            if (left > 1_000) {
                after(Duration.ofNanos(left), task);
            } else {
                task.run();
            }
        });
    }
}
