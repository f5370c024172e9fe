package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Candidates that come, lead, proclaim and go while others hand leadership about: one leads at a time, in the log too. */
class ElectionStormIT extends ElectionEndToEnd {
    private static final Duration LENGTH = Duration.ofSeconds(8);
    private static final int CANDIDATES = 6;

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Long> led = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> moved = new ConcurrentLinkedQueue<>();

    @Test
    void oneLeadsAtATime() throws Exception {
        String election = newElection();
        long until = System.nanoTime() + LENGTH.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CANDIDATES; i++) {
            String id = "c" + i;
            Random random = new Random(i);
            threads.add(new Thread(() -> candidate(election, id, random, until), id));
        }
        threads.add(new Thread(() -> transfers(election, new Random(7), until), "transfers"));
        threads.add(new Thread(() -> transfers(election, new Random(8), until), "more transfers"));
        try (TermsChecked checked = TermsChecked.begin(server.api(), election)) {
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join(60_000);
                assertThat(thread.isAlive()).as(thread.getName() + " is stuck").isFalse();
            }
            System.out.println(led.size() + " terms were told to their leaders, transfers were answered with "
                    + moved.stream().filter(status -> status == 200).count() + " times 200 and "
                    + moved.stream().filter(status -> status == 202).count() + " times 202");
            assertThat(checked.faults()).isEmpty();
            assertThat(checked.terms()).isGreaterThan(2);
        }
        assertThat(faults).isEmpty();
        assertThat(led).hasSizeGreaterThan(10);
        assertThat(moved).contains(200, 202);
        assertOneAtATime(election.substring(election.lastIndexOf('/') + 1));
        Reply over = api.get(election);
        assertThat(over.body().at("/leader").isNull()).as("%s", over).isTrue();
        assertThat(over.number("/candidateCount")).isZero();
    }

    /** Leads again and again; some of the time its term has been taken from it when it comes to resign. */
    private void candidate(String election, String id, Random random, long until) {
        Api own = server.api();
        while (System.nanoTime() < until) {
            String path = candidate(election, Api.newLease());
            Reply reply = own.put(path, "{'ttl':'20s','wait':'20s','id':'" + id + "'}");
            expect(reply, 200, 201, 202, 410);
            if (reply.text("/state").equals("LEADING")) {
                led.add(reply.number("/term"));
                if (random.nextInt(3) == 0) {
                    expect(own.put(path + "/value", "{'value':'" + id + "'}"), 200, 410);
                }
            }
            expect(own.delete(path), 200, 410);
        }
    }

    private void transfers(String election, Random random, long until) {
        Api own = server.api();
        while (System.nanoTime() < until) {
            String to = "c" + random.nextInt(CANDIDATES);
            Reply reply = own.post(
                    election + "/transfer",
                    "{'to':'" + to + "','reason':'storm','immediately':" + random.nextBoolean() + "}");
            expect(reply, 200, 202, 404, 409, 503);
            moved.add(reply.status());
        }
    }

    private void expect(Reply reply, Integer... statuses) {
        if (!List.of(statuses).contains(reply.status())) {
            faults.add(reply.toString());
        }
    }

    private void assertOneAtATime(String name) {
        AuditEvent current = null;
        long term = 0;
        int terms = 0;
        for (AuditEvent event : AuditEvent.all(api)) {
            if (!name.equals(event.name())) {
                continue;
            }
            if (event.action().equals("GRANTED")) {
                assertThat(current).as("%s is granted", event).isNull();
                assertThat(event.token()).isGreaterThan(term);
                term = event.token();
                current = event;
                terms++;
            } else if (event.action().equals("ENDED") && event.token() != 0) {
                assertThat(current).as("%s", event).isNotNull();
                assertThat(event.token()).isEqualTo(term);
                current = null;
            }
        }
        assertThat(current).isNull();
        assertThat(terms).isGreaterThanOrEqualTo(led.size());
    }
}
