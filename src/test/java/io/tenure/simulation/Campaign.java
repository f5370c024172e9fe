package io.tenure.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Runs many schedules, as many at a time as there are processors. Each runs on one thread from its beginning to its end and knows
 * nothing of the others, so what breaks in one breaks whenever its seed is run.
 */
final class Campaign {
    /** Makes the schedule of a seed. */
    interface Maker {
        Simulation make(long seed, Tally tally);
    }

    /**
     * What broke.
     *
     * @param seed of the schedule that breaks
     * @param what the invariant, or the fault of the service
     */
    record Failure(long seed, Throwable what) {
        /** In one line. */
        String told() {
            return what.toString().lines().findFirst().orElse("");
        }
    }

    private final Maker maker;
    private final Progress progress;
    private final int mostFailures;
    private final Tally tally = new Tally();
    private final List<Failure> failures = new ArrayList<>();

    /** @param mostFailures after so many no more schedules are begun */
    Campaign(Maker maker, int mostFailures, Progress progress) {
        this.maker = maker;
        this.mostFailures = mostFailures;
        this.progress = progress;
    }

    /** Runs the seeds from the first to before the end; those below the lowest that fails have all been run. */
    void run(long first, long end) {
        AtomicLong next = new AtomicLong(first);
        List<Thread> threads = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(i -> new Thread(() -> work(next, end), "schedules-" + i))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }
    }

    private void work(AtomicLong next, long end) {
        for (long seed = next.getAndIncrement(); seed < end && goesOn(); seed = next.getAndIncrement()) {
            Tally own = new Tally();
            try {
                maker.make(seed, own).run();
                done(own);
            } catch (Invariant.Violation | RuntimeException broken) {
                failed(new Failure(seed, broken));
            }
        }
    }

    private synchronized boolean goesOn() {
        return failures.size() < mostFailures;
    }

    private synchronized void done(Tally own) {
        tally.add(own);
        progress.done(failures.size());
    }

    private synchronized void failed(Failure failure) {
        failures.add(failure);
        progress.failed(failure);
        progress.done(failures.size());
    }

    /** What broke, by seed. */
    synchronized List<Failure> failures() {
        return failures.stream().sorted(Comparator.comparingLong(Failure::seed)).toList();
    }

    /** What happened in the schedules that came to their end. */
    synchronized Tally tally() {
        return tally;
    }
}
