package io.tenure.faults;

import io.tenure.faults.Ledger.Grant;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Eight clients that take locks and give them back as fast as they can, until they are closed or the server has gone: some each on
 * locks of their own, of which they keep one in ten, and some in turn on one lock. What they are told goes into a ledger.
 */
final class Load implements AutoCloseable {
    private static final int ALONE = 5;
    private static final int IN_TURN = 3;

    private final Ledger ledger;
    private final Queue<Reply> refusals = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private Load(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Begins, on locks whose names begin like this. */
    static Load begin(int port, String prefix, Ledger ledger) {
        Load load = new Load(ledger);
        for (int i = 0; i < ALONE; i++) {
            Api api = new Api(port);
            String own = prefix + "-" + i;
            int[] count = new int[1];
            load.loop(() -> load.alone(api, own, count[0]++));
        }
        for (int i = 0; i < IN_TURN; i++) {
            Api api = new Api(port);
            load.loop(() -> load.inTurn(api, prefix + "-shared"));
        }
        return load;
    }

    private void loop(BooleanSupplier cycle) {
        Thread thread = new Thread(() -> {
            boolean goesOn = true;
            while (!closed && goesOn) {
                goesOn = unlessGone(cycle);
            }
        });
        threads.add(thread);
        thread.start();
    }

    /** What the server acknowledged until it went stands in the ledger. */
    private static boolean unlessGone(BooleanSupplier cycle) {
        try {
            return cycle.getAsBoolean();
        } catch (UncheckedIOException gone) {
            return false;
        }
    }

    private boolean alone(Api api, String own, int count) {
        boolean keeps = count % 10 == 0;
        String lock = keeps ? own + "-kept-" + count : own;
        String lease = Api.newLease();
        Reply held;
        try {
            held = api.put("/v1/locks/" + lock + "/holds/" + lease, "{'ttl':'10m','owner':'load'}");
        } catch (UncheckedIOException gone) {
            ledger.unanswered(lock, lease);
            throw gone;
        }
        if (!answered(held, 201)) {
            return false;
        }
        Grant grant = ledger.granted(held);
        return keeps || release(api, grant);
    }

    private boolean inTurn(Api api, String lock) {
        Reply held = api.post("/v1/locks/" + lock, "{'ttl':'10m','wait':'20s','owner':'load'}");
        if (!answered(held, 201)) {
            return false;
        }
        return release(api, ledger.granted(held));
    }

    private boolean release(Api api, Grant grant) {
        ledger.releasing(grant);
        boolean released = answered(api.delete(grant.path()), 200);
        if (released) {
            ledger.released(grant);
        }
        return released;
    }

    private boolean answered(Reply reply, int status) {
        if (reply.status() != status) {
            refusals.add(reply);
        }
        return reply.status() == status;
    }

    /** Answers that were neither grants nor ends: each ended the client that got it. */
    List<Reply> refusals() {
        return List.copyOf(refusals);
    }

    /** Waits until all have ended. */
    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(30).toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (threads.stream().anyMatch(Thread::isAlive)) {
            throw new IllegalStateException("a client hangs");
        }
    }
}
