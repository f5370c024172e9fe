package io.tenure.cli.torture;

import io.tenure.name.LeaseId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many clients that take and lose, keep and forget locks, read/write locks, permits and offices of a running cluster, while all that
 * they are told is written down and checked, chapter by chapter.
 *
 * <p>All names that it uses begin with {@link #prefix}, so that it touches nothing of anybody else. Safe for use by many threads.
 */
public final class Torture {
    private static final int PATIENT_EACH = 2;
    private static final int PATIENT_FOR_ONE = 16;

    private final Settings settings;
    private final Clockwork clockwork;
    private final String prefix;
    private final History history;
    private final Pace pace;
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Leases leases = new Leases();
    private final Verdicts verdicts;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final List<Thread> clients = new ArrayList<>();
    private final Thread reader;
    private final int hot;

    private Torture(Settings settings, Clockwork clockwork) throws IOException {
        this.settings = settings;
        this.clockwork = clockwork;
        String id = LeaseId.make(clockwork.millis()).value();
        this.prefix = "torture-" + id.substring(id.length() - 12);
        long now = clockwork.nanos();
        this.history = new History(prefix, settings.chapter(), now);
        this.pace = new Pace(settings.rate(), now);
        this.hot = Math.max(1, (settings.clients() - settings.brief()) / PATIENT_EACH / PATIENT_FOR_ONE);
        this.verdicts = new Verdicts(clockwork, settings, history);
        this.reader = clockwork.start("tenure-torture-reader", guarded(verdicts));
    }

    /**
     * Begins.
     *
     * @throws IOException the file that the history is to be kept in cannot be written
     */
    public static Torture start(Settings settings, Clockwork clockwork) throws IOException {
        Torture torture = new Torture(settings, clockwork);
        for (int client = 0; client < settings.clients(); client++) {
            int number = client;
            torture.clients.add(
                    clockwork.start("tenure-torture-" + number, torture.guarded(() -> torture.live(number))));
        }
        return torture;
    }

    /** What all names begin with. */
    public String prefix() {
        return prefix;
    }

    /** Writes down that something has happened to the cluster; the report tells for how long nobody was granted anything then. */
    public void mark(String what) {
        history.mark(what, clockwork.nanos());
    }

    /** How many holds were taken and have ended up to now. */
    public long cycles() {
        return history.cycles();
    }

    /** How many violations were found up to now; they are found some seconds after they happened. */
    public int violations() {
        return verdicts.found();
    }

    /**
     * Stops all clients, gives back what they hold, and checks the rest of the history. To be called once.
     *
     * @param patience how long to wait for the audit log to be complete
     */
    public Report stop(Duration patience) throws InterruptedException {
        long ended = clockwork.nanos();
        stopping.countDown();
        for (Thread client : clients) {
            client.join();
        }
        history.end();
        int left = endLeases();
        verdicts.finish(clockwork.nanos() + patience.toNanos());
        reader.join();
        removePermits();
        Throwable fault = faults.peek();
        if (fault != null) {
            throw new IllegalStateException("the load has failed: " + fault, fault);
        }
        return Report.of(settings, prefix, history, verdicts, ended, left);
    }

    /** Gives back what is left, as a process that is about to end does, and checks nothing. May be called at any time. */
    public void abandon() {
        stopping.countDown();
        endLeases();
        removePermits();
    }

    private int endLeases() {
        try (Wires wires = new Wires(clockwork, settings.servers())) {
            return leases.end(wires, clockwork.nanos());
        }
    }

    private void removePermits() {
        try (Wires wires = new Wires(clockwork, settings.servers())) {
            history.semaphores().removeIf(semaphore -> wires.delete(semaphore.path()));
        }
    }

    /** A thread that ends by an exception is a mistake of the load, and nothing that it says counts then. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error fault) {
                faults.add(fault);
            }
        };
    }

    private void live(int client) {
        SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003 + client);
        boolean patient = client % PATIENT_EACH == 0;
        boolean brief = client >= settings.clients() - settings.brief();
        try (Calls calls = new Calls(client, clockwork, history, settings)) {
            for (int story = 0; stopping.getCount() > 0; story++) {
                Plan plan = brief ? Plan.brief(random) : Plan.draw(random, patient);
                stay().pause(pace.turn(clockwork.nanos()));
                tell(client, story, plan, calls);
            }
        }
    }

    private void tell(int client, int story, Plan plan, Calls calls) {
        Chapter chapter = history.enter(clockwork.nanos());
        String lease = LeaseId.make(clockwork.millis()).value();
        leases.leave(lease, clockwork.nanos());
        try {
            Thing thing = chapter.thing(plan.kind(), name(client, story, plan));
            switch (new Story(plan, chapter, thing, calls, stay(), lease).run()) {
                case DONE -> {
                    history.cycle();
                    leases.remove(lease);
                }
                case IN_VAIN -> leases.remove(lease);
                case OPEN -> leases.leave(lease, clockwork.nanos());
            }
        } finally {
            history.leave(chapter);
        }
    }

    private String name(int client, int story, Plan plan) {
        if (plan.hot()) {
            return "hot-" + plan.pick() % hot;
        }
        return switch (plan.kind()) {
            case SEMAPHORE -> "own-" + client;
            case LOCK, RWLOCK, ELECTION, LEASE -> "once-" + client + "-" + story;
        };
    }

    private Story.Stay stay() {
        return new Story.Stay() {
            @Override
            public void pause(long millis) {
                try {
                    if (millis > 0) {
                        var unused = stopping.await(millis, TimeUnit.MILLISECONDS);
                    }
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public boolean isOver() {
                return stopping.getCount() == 0;
            }
        };
    }
}
