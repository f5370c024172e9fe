package io.tenure.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of several sorts that go in and out of one thing for a while, each on a thread of its own. */
final class Crowd {
    private final long until;
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong longestNanos = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final List<AtomicLong> visits = new ArrayList<>();

    Crowd(Duration length) {
        this.until = System.nanoTime() + length.toNanos();
    }

    /** Something that a client does again and again. */
    interface Visit {
        void once() throws Exception;
    }

    /** One more client; it stops at its first fault. */
    void add(String name, Visit visit) {
        AtomicLong count = new AtomicLong();
        visits.add(count);
        Thread thread = new Thread(
                () -> {
                    try {
                        while (System.nanoTime() < until) {
                            long began = System.nanoTime();
                            visit.once();
                            count.incrementAndGet();
                            longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
                        }
                    } catch (Exception | AssertionError fault) {
                        faults.add(fault);
                    }
                },
                name);
        threads.add(thread);
        thread.start();
    }

    /** Waits until all have ended; each has had its turn again and again, and nothing went wrong. */
    void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(Duration.ofMinutes(1).toMillis());
            assertThat(thread.isAlive()).as(thread.getName() + " is stuck").isFalse();
        }
        assertThat(faults).isEmpty();
        assertThat(visits).allSatisfy(count -> assertThat(count.get()).isGreaterThan(5));
    }

    /** How long the slowest visit took, the waiting included. */
    Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    /** How often each client has been inside. */
    List<Long> visits() {
        return visits.stream().map(AtomicLong::get).toList();
    }
}
