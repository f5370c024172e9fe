import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Grants leases and keeps them alive, on a few threads with a connection each. */
final class Keeper {
    private static final int BATCH = 500;
    private static final int AGAIN_MILLIS = 100;

    private final Bench.Settings settings;
    private final ExecutorService threads = Executors.newCachedThreadPool(Bench::daemon);
    private final DelayQueue<Batch> batches = new DelayQueue<>();
    final List<Batch> all = new ArrayList<>();
    private final AtomicLong renewals = new AtomicLong();
    private final long everyNanos;
    private volatile int many = BATCH;
    private volatile boolean hurried;
    private volatile boolean over;
    private final List<Future<?>> running = new ArrayList<>();

    Keeper(Bench.Settings settings) {
        this.settings = settings;
        everyNanos = TimeUnit.SECONDS.toNanos(settings.number("every", 10));
        for (int i = 0; i < settings.number("renewers", 4); i++) {
            running.add(threads.submit(this::work));
        }
    }

    private Void work() throws Exception {
        Bench.Wire wire = settings.connect();
        while (!over) {
            Batch batch = batches.poll(100, TimeUnit.MILLISECONDS);
            if (batch == null) {
                continue;
            }
            wire = renew(batch, wire);
            renewals.addAndGet(batch.leases.size());
            batch.due = hurried ? System.nanoTime() : batch.due + everyNanos;
            batches.add(batch);
        }
        return null;
    }

    /** Renews by this connection; of several servers by one to another when one does not serve, for as long as a lease lasts. */
    private Bench.Wire renew(Batch batch, Bench.Wire first) throws Exception {
        Bench.Wire wire = first;
        for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.ttl); ; ) {
            try {
                batch.renew(wire, many);
                return wire;
            } catch (IOException away) {
                if (!settings.several() || System.nanoTime() - until > 0) {
                    throw away;
                }
                wire.channel.close();
                Thread.sleep(AGAIN_MILLIS);
                wire = settings.connect();
            }
        }
    }

    /** Grants so many leases, which are renewed from then on. */
    void grant(int n) throws Exception {
        AtomicInteger left = new AtomicInteger(n);
        List<Future<Void>> granting = new ArrayList<>();
        for (int i = 0; i < settings.number("connections", 16); i++) {
            granting.add(threads.submit(() -> grantSome(left)));
        }
        for (Future<Void> one : granting) {
            one.get();
        }
    }

    private Void grantSome(AtomicInteger left) throws IOException {
        Bench.Wire wire = settings.connect();
        String body = "{\"ttl\":\"" + settings.ttl + "s\",\"owner\":\"scale\"}";
        Batch batch = new Batch();
        long begun = System.nanoTime();
        while (left.getAndDecrement() > 0) {
            batch.leases.add(wire.expect(2, "POST", "/v1/leases", body).text("lease"));
            // not more than can be granted while the first of them is still young
            if (batch.leases.size() == BATCH || System.nanoTime() - begun > everyNanos / 2) {
                keep(batch, begun);
                batch = new Batch();
                begun = System.nanoTime();
            }
        }
        keep(batch, begun);
        return null;
    }

    private void keep(Batch batch, long begun) {
        if (!batch.leases.isEmpty()) {
            batch.due = begun + everyNanos;
            synchronized (all) {
                all.add(batch);
            }
            batches.add(batch);
        }
    }

    /** Renewals a second when each connection sends the next list at once. */
    double hurry(int list, int seconds) throws Exception {
        many = list;
        hurried = true;
        for (Batch batch : List.copyOf(batches)) {
            if (batches.remove(batch)) {
                batch.due = System.nanoTime();
                batches.add(batch);
            }
        }
        Thread.sleep(2000);
        long before = renewals.get();
        long from = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double rate = (renewals.get() - before) / ((System.nanoTime() - from) / 1e9);
        fail();
        return rate;
    }

    /** Goes back to renewing each lease once in a while, spread evenly. */
    void calm() throws Exception {
        hurried = false;
        Thread.sleep(1000);
        long now = System.nanoTime();
        int number = 0;
        for (Batch batch : List.copyOf(batches)) {
            if (batches.remove(batch)) {
                batch.due = now + everyNanos * number++ / all.size();
                batches.add(batch);
            }
        }
        Thread.sleep(TimeUnit.NANOSECONDS.toMillis(everyNanos)); // after one round all keep to it
        fail();
    }

    /** Renews no more. */
    void stop() throws Exception {
        over = true;
        for (Future<?> one : running) {
            one.get();
        }
    }

    /** Renews each once more, after {@link #stop}: how many that is. One that is gone is an error. */
    int renewAll() throws Exception {
        Bench.Wire wire = settings.connect();
        int live = 0;
        for (Batch batch : all) {
            wire = renew(batch, wire);
            live += batch.leases.size();
        }
        return live;
    }

    private void fail() throws Exception {
        for (Future<?> one : running) {
            if (one.isDone()) {
                one.get();
            }
        }
    }

    /** Leases that are renewed together; sorted by when they are to be renewed next. */
    static final class Batch implements Delayed {
        final List<String> leases = new ArrayList<>();
        private long due;
        volatile long renewedMillis;

        /** Renews all with requests of at most this many. */
        void renew(Bench.Wire wire, int many) throws IOException {
            for (int at = 0; at < leases.size(); at += many) {
                List<String> some = leases.subList(at, Math.min(at + many, leases.size()));
                StringJoiner body = new StringJoiner("\",\"", "{\"leases\":[\"", "\"]}");
                some.forEach(body::add);
                long sent = System.currentTimeMillis();
                wire.expect(2, "POST", "/v1/leases/renew", body.toString());
                if (wire.number("live") != some.size()) {
                    throw new IOException(some.size() - wire.number("live") + " of " + some.size() + " leases are gone");
                }
                if (at == 0) {
                    renewedMillis = sent; // of the first request: lateness of the others is told too large, by milliseconds
                }
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(due - ((Batch) other).due, 0);
        }
    }
}
