package io.tenure.cli.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks each chapter when it is over, with the audit log, and forgets it. While the log cannot be read, chapters wait. Runs on a
 * thread of its own; what it tells may be asked by any.
 */
final class Verdicts implements Runnable {
    /** What is told in full; a broken service breaks everything. */
    private static final int MOST = 20;

    private final Clockwork clockwork;
    private final Settings settings;
    private final History history;
    private final Kept kept;
    private final List<Violation> violations = new ArrayList<>();
    private int found;
    private int checked;
    private int unread;
    private long events;
    private volatile long deadline = Long.MAX_VALUE;
    private volatile boolean last;

    /** @throws IOException the file that the history is to be kept in cannot be written */
    Verdicts(Clockwork clockwork, Settings settings, History history) throws IOException {
        this.clockwork = clockwork;
        this.settings = settings;
        this.history = history;
        this.kept = Kept.in(settings.kept());
    }

    /** No chapter comes any more; what the log does not tell until then is not waited for. */
    void finish(long until) {
        deadline = until;
        last = true;
    }

    @Override
    public void run() {
        try (LogReader log = new LogReader(clockwork, settings, sleep());
                Kept file = kept) {
            for (Chapter chapter = next(); chapter != null; chapter = next()) {
                List<Call> calls = chapter.calls();
                Log logged = log.read(chapter.prefix(), () -> clockwork.nanos() - deadline > 0);
                add(Checker.check(calls, logged), logged);
                file.write(calls, logged);
                chapter.semaphores().forEach(semaphore -> {
                    if (log.delete(semaphore)) {
                        history.semaphores().remove(semaphore);
                    }
                });
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Chapter next() throws InterruptedException {
        while (true) {
            boolean wasLast = last;
            Chapter chapter = history.over().poll(wasLast ? 0 : 100, TimeUnit.MILLISECONDS);
            if (chapter != null || wasLast) {
                return chapter;
            }
        }
    }

    private static Story.Stay sleep() {
        CountDownLatch never = new CountDownLatch(1);
        return new Story.Stay() {
            @Override
            public void pause(long millis) {
                try {
                    var unused = never.await(millis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public boolean isOver() {
                return false;
            }
        };
    }

    private synchronized void add(List<Violation> more, Log logged) {
        found += more.size();
        checked++;
        unread += logged.complete() ? 0 : 1;
        events += logged.events().size();
        more.stream().limit(Math.max(0, MOST - violations.size())).forEach(violations::add);
    }

    /** How many were found. */
    synchronized int found() {
        return found;
    }

    /** The first of them. */
    synchronized List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** How many chapters were checked. */
    synchronized int checked() {
        return checked;
    }

    /** For how many of them the audit log could not be read whole, so that a grant that it lacks was not noticed. */
    synchronized int unread() {
        return unread;
    }

    /** How many events of the log were read. */
    synchronized long events() {
        return events;
    }
}
