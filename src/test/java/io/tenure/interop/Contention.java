package io.tenure.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Native and HTTP clients that take one lock in turn for a while, each on a thread of its own, and count inside. */
final class Contention {
    private static final String ASK = "{'ttl':'20s','wait':'20s','owner':'over http'}";

    private final String lock;
    private final long until;
    private final UnguardedCounter counter = new UnguardedCounter();
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger natives = new AtomicInteger();
    private final AtomicInteger overHttp = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    /** Written by HTTP clients while they hold the lock. */
    private volatile long lastToken;

    Contention(String lock, Duration length) {
        this.lock = lock;
        this.until = System.nanoTime() + length.toNanos();
    }

    void addNative(int zooKeeperPort) {
        begin("native", () -> {
            try (NativeClient client = new NativeClient(zooKeeperPort, lock)) {
                while (System.nanoTime() < until) {
                    assertThat(client.acquire(20)).isTrue();
                    counter.increment();
                    natives.incrementAndGet();
                    assertThat(client.nodeStands()).isTrue();
                    client.release();
                }
            }
        });
    }

    void addOverHttp(Api api) {
        begin("http", () -> {
            while (System.nanoTime() < until) {
                Reply held = api.post("/v1/locks/" + lock, ASK);
                assertThat(held.status()).as("%s", held).isEqualTo(201);
                counter.increment();
                overHttp.incrementAndGet();
                assertThat(held.number("/fencingToken")).isGreaterThan(lastToken);
                lastToken = held.number("/fencingToken");
                Reply released = api.delete("/v1/locks/" + lock + "/holds/" + held.text("/lease"));
                assertThat(released.status()).as("%s", released).isEqualTo(200);
            }
        });
    }

    private void begin(String kind, Client client) {
        Thread thread = new Thread(
                () -> {
                    try {
                        client.run();
                    } catch (Exception | AssertionError fault) {
                        faults.add(fault);
                    }
                },
                kind + "-" + threads.size());
        threads.add(thread);
        thread.start();
    }

    /** Waits until all have ended. */
    void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(Duration.ofMinutes(1).toMillis());
            assertThat(thread.isAlive()).as(thread.getName() + " is stuck").isFalse();
        }
    }

    UnguardedCounter counter() {
        return counter;
    }

    /** What went wrong in any of them. */
    Queue<Throwable> faults() {
        return faults;
    }

    /** How often natives held the lock. */
    int natives() {
        return natives.get();
    }

    /** How often HTTP clients held it. */
    int overHttp() {
        return overHttp.get();
    }

    private interface Client {
        void run() throws Exception;
    }
}
