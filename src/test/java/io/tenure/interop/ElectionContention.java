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

/** Native and HTTP candidates that lead one election in turn for a while, each on a thread of its own, and count while they lead. */
final class ElectionContention {
    private static final int LONGEST_WAIT = 20;
    private static final String ASK = "{'ttl':'20s','wait':'" + LONGEST_WAIT + "s','queue':false,'id':'over http'}";

    private final String election;
    private final long until;
    private final UnguardedCounter counter = new UnguardedCounter();
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger natives = new AtomicInteger();
    private final AtomicInteger overHttp = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    /** Written by HTTP candidates while they lead. */
    private volatile long lastTerm;

    ElectionContention(String election, Duration length) {
        this.election = election;
        this.until = System.nanoTime() + length.toNanos();
    }

    void addNative(int zooKeeperPort) {
        begin("native", () -> {
            try (NativeCandidate candidate = new NativeCandidate(zooKeeperPort, election, "native")) {
                while (System.nanoTime() < until) {
                    candidate.campaign();
                    assertThat(candidate.leads(LONGEST_WAIT))
                            .as("a native is stuck")
                            .isTrue();
                    counter.increment();
                    natives.incrementAndGet();
                    assertThat(candidate.nodeStands()).isTrue();
                    candidate.resign();
                }
            }
        });
    }

    void addOverHttp(Api api) {
        String candidates = "/v1/elections/" + election + "/candidates";
        begin("http", () -> {
            for (int i = 0; System.nanoTime() < until; i++) {
                Reply leads = api.post(candidates, ASK);
                assertThat(leads.status()).as("%s", leads).isEqualTo(201);
                counter.increment();
                overHttp.incrementAndGet();
                assertThat(leads.number("/term")).isGreaterThan(lastTerm);
                lastTerm = leads.number("/term");
                String own = candidates + "/" + leads.text("/lease");
                if (i % 3 == 0) {
                    Reply proclaimed = api.put(own + "/value", "{'value':'" + i + "'}");
                    assertThat(proclaimed.status()).as("%s", proclaimed).isEqualTo(200);
                }
                Reply resigned = api.delete(own);
                assertThat(resigned.status()).as("%s", resigned).isEqualTo(200);
            }
        });
    }

    private void begin(String kind, Candidate candidate) {
        Thread thread = new Thread(
                () -> {
                    try {
                        candidate.run();
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

    /** How often natives led. */
    int natives() {
        return natives.get();
    }

    /** How often HTTP candidates did. */
    int overHttp() {
        return overHttp.get();
    }

    private interface Candidate {
        void run() throws Exception;
    }
}
