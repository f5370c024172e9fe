package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to end while many work, many wait, and some connect without a word. */
@Tag("alone")
class StoppedUnderLoadIT {
    private static final int WORKING = 64;
    private static final int WAITING = 200;
    /**
     * The grace of 10 s, and what closing takes. Two to three seconds are the rule; now and then Jetty, with every connection closed and
     * every thread idle, still waits out its grace.
     */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(14);

    private static final String LOCK = "/v1/locks/waited-for";
    private static final String WAIT = "{'ttl':'60s','wait':'50s'}";
    private static final String WAIT_AND_STAY = "{'ttl':'60s','wait':'50s','queue':true}";

    private final Ledger ledger = new Ledger();
    /** Requests whose connection ended without an answer, as paths of holds, and what a look shows if the server has not begun them. */
    private final Map<String, Integer> unanswered = new ConcurrentHashMap<>();

    private final Queue<Reply> refusals = new ConcurrentLinkedQueue<>();
    private final List<RawClient> silent = new ArrayList<>();
    private volatile boolean goesOn = true;

    @Test
    void allAreAnsweredAndWhatWasGrantedIsInTheLog(@TempDir Path folder) throws InterruptedException {
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady()) {
            Api api = server.api();
            int port = server.ports().http();
            Reply holder = api.post(LOCK, "{'ttl':'10m'}");
            List<RawClient> waiting = new ArrayList<>();
            for (int i = 0; i < WAITING / 2; i++) {
                waiting.add(new RawClient(port, "PUT", LOCK + "/holds/" + Api.newLease(), WAIT_AND_STAY));
            }
            awaitQueue(api, WAITING / 2);
            List<String> places = places(api);
            for (int i = 0; i < WAITING / 2; i++) {
                waiting.add(new RawClient(port, "POST", LOCK, WAIT));
            }
            awaitQueue(api, WAITING);
            List<Thread> threads = begin(port);
            await().atMost(Duration.ofSeconds(30)).until(() -> ledger.grants() >= 20 * WORKING);

            long told = System.nanoTime();
            Thread silently = new Thread(() -> connectSilently(port));
            silently.start();
            threads.add(silently);
            server.terminate();
            for (RawClient one : waiting) {
                sentAway(one.answer());
            }
            Duration answered = Duration.ofNanos(System.nanoTime() - told);
            int status = server.exitStatus(Duration.ofSeconds(30));
            Duration ended = Duration.ofNanos(System.nanoTime() - told);
            goesOn = false;
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("a stop under load: " + WAITING + " who waited were answered after "
                    + answered.toMillis()
                    + " ms, the process ended after " + ended.toMillis() + " ms; " + ledger.grants() + " grants, "
                    + silent.size() + " silent connections, " + unanswered.size()
                    + " requests that met a connection which was already closed");
            waiting.forEach(RawClient::close);
            silent.forEach(RawClient::close);

            assertThat(status).isEqualTo(143);
            assertThat(answered).isLessThan(Duration.ofSeconds(3));
            assertThat(ended).isLessThan(LONGEST_STOP);
            refusals.forEach(StoppedUnderLoadIT::sentAway);
            assertThat(server.errors()).noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
            standsAfterwards(server, holder, places);
        }
    }

    /** Places of those who can come back are there in their order, those of the others are not, and the log is exact. */
    private void standsAfterwards(ServerProgram server, Reply holder, List<String> places) {
        server.start().awaitReady();
        Api api = server.api();
        Reply lock = api.get(LOCK);
        assertThat(lock.number("/holders/0/fencingToken")).isEqualTo(holder.number("/fencingToken"));
        assertThat(lock.number("/queueLength")).isEqualTo(places.size());
        assertThat(places(api)).isEqualTo(places);
        for (Ledger.Grant grant : ledger.kept()) {
            assertThat(api.get(grant.path()).number("/fencingToken")).isEqualTo(grant.token());
        }
        unanswered.forEach(
                (path, status) -> assertThat(api.get(path).status()).as(path).isEqualTo(status));
        ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
    }

    private List<Thread> begin(int port) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WORKING; i++) {
            String lock = "own-" + i;
            threads.add(new Thread(() -> work(port, lock)));
        }
        threads.forEach(Thread::start);
        return threads;
    }

    /** Takes locks and gives them back, on one connection after the other, until nobody listens. */
    private void work(int port, String name) {
        for (int i = 0; goesOn; i++) {
            try (RawClient client = new RawClient(port)) {
                cycles(client, name + "-" + i);
            } catch (UncheckedIOException refused) {
                return;
            }
        }
    }

    private void cycles(RawClient client, String lock) {
        boolean goesOnHere = true;
        while (goesOn && goesOnHere) {
            String path = "/v1/locks/" + lock + "/holds/" + Api.newLease();
            Reply held = reply(client, "PUT", path, "{'ttl':'10m'}", 404);
            goesOnHere = held != null && !closing(held);
            if (held != null && held.status() == 201) {
                Ledger.Grant grant = ledger.granted(held);
                goesOnHere = goesOnHere && released(client, grant);
            }
        }
    }

    private boolean released(RawClient client, Ledger.Grant grant) {
        ledger.releasing(grant);
        Reply released = reply(client, "DELETE", grant.path(), null, 200);
        if (released != null && released.status() == 200) {
            ledger.released(grant);
        }
        return released != null && !closing(released);
    }

    /**
     * Sends a request on a connection that may have been used before. A server may close such a connection between two requests; the
     * second then must not have been begun.
     */
    private @Nullable Reply reply(
            RawClient client, String method, String path, @Nullable String json, int unlessBegun) {
        try {
            client.send(method, path, json);
            Reply reply = client.answer();
            if (reply.status() >= 300) {
                refusals.add(reply);
            }
            return reply;
        } catch (UncheckedIOException closed) {
            unanswered.put(path, unlessBegun);
            return null;
        }
    }

    /** As a pool of connections does that is filled ahead. */
    private void connectSilently(int port) {
        try {
            while (goesOn && silent.size() < 5000) {
                silent.add(new RawClient(port));
            }
        } catch (UncheckedIOException refused) {
            // nobody listens any more
        }
    }

    private static List<String> places(Api api) {
        return api.get(LOCK).body().at("/waiters").findValuesAsText("lease");
    }

    private static boolean closing(Reply reply) {
        return reply.headers().firstValue("Connection").orElse("").equalsIgnoreCase("close");
    }

    private static void sentAway(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(503);
        assertThat(reply.text("/code")).isEqualTo("SERVER_STOPPING");
        assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    private static void awaitQueue(Api api, int length) {
        await().atMost(Duration.ofSeconds(20)).until(() -> api.get(LOCK).number("/queueLength") == length);
    }
}
