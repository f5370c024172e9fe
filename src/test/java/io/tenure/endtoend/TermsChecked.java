package io.tenure.endtoend;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread that asks all the time whether the latest term of an election is current, and right behind that whether the one before
 * is: if both are, there were two leaders at one moment.
 */
final class TermsChecked implements AutoCloseable {
    private final Api api;
    private final String election;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "terms");
    private volatile boolean closed;
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger terms = new AtomicInteger();

    private TermsChecked(Api api, String election) {
        this.api = api;
        this.election = election;
    }

    /** Begins to ask. */
    static TermsChecked begin(Api api, String election) {
        TermsChecked checked = new TermsChecked(api, election);
        checked.thread.start();
        return checked;
    }

    private void run() {
        long before = 0;
        long latest = 0;
        try {
            while (!closed) {
                Reply look = api.get(election);
                long shown = look.number("/term");
                if (shown != 0 && shown != latest) {
                    if (shown < latest) {
                        faults.add("the term went back from " + latest + " to " + shown);
                    }
                    before = latest;
                    latest = shown;
                    terms.incrementAndGet();
                }
                if (latest != 0 && before != 0) {
                    boolean current = isCurrent(latest);
                    if (isCurrent(before) && current) {
                        faults.add(latest + " was current, and " + before + " after it");
                    }
                    rounds.incrementAndGet();
                }
            }
        } catch (RuntimeException | AssertionError fault) {
            faults.add(String.valueOf(fault));
        }
    }

    private boolean isCurrent(long term) {
        Reply reply = api.get(election + "/tokens/" + term);
        if (reply.status() != 200 && reply.status() != 410) {
            faults.add(reply.toString());
        }
        return reply.status() == 200;
    }

    /** How often it has asked for both. */
    int rounds() {
        return rounds.get();
    }

    /** How many terms it has seen. */
    int terms() {
        return terms.get();
    }

    /** What should not have been. */
    Queue<String> faults() {
        return faults;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
