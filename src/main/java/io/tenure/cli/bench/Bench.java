package io.tenure.cli.bench;

import io.tenure.name.LeaseId;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A number of connections, each of which does one operation after the other, so that as many are under way as there are connections. What
 * ends while it is measured counts. The first operation that fails ends everything, for the rest would be no figure. Safe for use by many
 * threads.
 */
public final class Bench {
    private static final String TAKE = "{\"ttl\":\"30s\",\"owner\":\"tenure bench\"}";
    private static final String WAIT = "{\"ttl\":\"30s\",\"wait\":\"30s\",\"owner\":\"tenure bench\"}";
    private static final long NEVER = Long.MIN_VALUE;

    private final Work work;
    private final int connections;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Wire wire;
    private final String tag;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

    /** When the one lock that all want was last given back, on the clock that never goes back. */
    private final AtomicLong givenBack = new AtomicLong(NEVER);

    private volatile Latencies latencies = new Latencies();
    private volatile long begun;

    /**
     * Prepares one.
     *
     * @param servers base URLs; the connections take turns
     * @param nanos a clock that never goes back
     */
    public Bench(Work work, int connections, List<URI> servers, Clock clock, LongSupplier nanos) {
        this.work = work;
        this.connections = connections;
        this.clock = clock;
        this.nanos = nanos;
        this.wire = new Wire(servers);
        String id = newLease().value();
        this.tag = "bench-" + id.substring(id.length() - 12);
        this.begun = nanos.getAsLong();
    }

    private LeaseId newLease() {
        return LeaseId.make(clock.millis());
    }

    /** Begins to work. */
    public void start() {
        for (int i = 0; i < connections; i++) {
            Operation operation = work == Work.RENEW ? new Renewing(i) : new Taking(i);
            var unused = operation.begin().whenComplete((done, failure) -> next(operation, failure));
        }
    }

    /** Fails when an operation has failed, and never completes otherwise. */
    public CompletionStage<Void> failed() {
        return failed;
    }

    /** Forgets what was measured: it is measured from now on. */
    public void measure() {
        latencies = new Latencies();
        begun = nanos.getAsLong();
    }

    /** What was measured up to now. */
    public Result result() {
        return new Result(work, connections, Duration.ofNanos(nanos.getAsLong() - begun), latencies);
    }

    /**
     * Ends everything, and gives back what is held. May be called again.
     *
     * @return how many leases no server has ended in time: they end by themselves when their TTL is over
     */
    public int stop() {
        return wire.close();
    }

    private void next(Operation operation, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null) {
            var unused = operation.again().whenComplete((done, later) -> next(operation, later));
        } else if (!(cause instanceof CancellationException)) {
            failed.completeExceptionally(cause);
        }
    }

    private void took(long since) {
        latencies.add(nanos.getAsLong() - since);
    }

    /** What one connection does. */
    private interface Operation {
        /** What is done once and not measured. */
        CompletionStage<Void> begin();

        CompletionStage<Void> again();
    }

    /** Takes something and gives it back. */
    private final class Taking implements Operation {
        private final int connection;
        private final String path;

        Taking(int connection) {
            this.connection = connection;
            this.path = work.path(tag, connection);
        }

        @Override
        public CompletionStage<Void> begin() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> again() {
            long since = nanos.getAsLong();
            LeaseId lease = newLease();
            return wire.take(connection, lease, path, work.waits() ? WAIT : TAKE)
                    .thenCompose(held -> {
                        handedOn();
                        return wire.giveBack(connection, lease, path);
                    })
                    .thenAccept(done -> {
                        if (work != Work.WAITERS) {
                            took(since);
                        }
                    });
        }

        private void handedOn() {
            if (work == Work.WAITERS) {
                long since = givenBack.get();
                if (since != NEVER) {
                    took(since);
                }
                givenBack.set(nanos.getAsLong());
            }
        }
    }

    /** Renews a lease of its own. */
    private final class Renewing implements Operation {
        private final int connection;
        private final LeaseId lease = newLease();

        Renewing(int connection) {
            this.connection = connection;
        }

        @Override
        public CompletionStage<Void> begin() {
            return wire.take(connection, lease, work.path(tag, connection), TAKE);
        }

        @Override
        public CompletionStage<Void> again() {
            long since = nanos.getAsLong();
            return wire.ask(connection, "POST", work.path(tag, connection) + lease + "/renew", null)
                    .thenAccept(renewed -> took(since));
        }
    }
}
