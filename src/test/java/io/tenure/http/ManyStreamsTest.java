package io.tenure.http;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams beside each other and over time: silence, slowness, number, and the end of the server. */
@Timeout(60)
class ManyStreamsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);
    private static final int MUCH = 600;
    private static final String PATH = "/v1/locks/n/events";
    private static final List<String> BYE = List.of("event: bye", "data: {\"retryAfterMillis\":1000}");

    @Test
    void aSilentStreamHasAHeartbeatInEachPeriodAndABusyOneHasNone() throws Exception {
        try (StreamServer server = new StreamServer(10, Duration.ofMillis(600), IDLE_TIMEOUT, true);
                StreamClient silent = StreamClient.open(server.port(), PATH);
                StreamClient busy = StreamClient.open(server.port(), "/v1/locks/busy/events")) {
            long began = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    await().pollDelay(Duration.ofMillis(150)).until(() -> true);
                    server.source.tell("lock busy", "granted", null);
                    assertThat(busy.block()).startsWith("event: granted");
                }
            }
            assertThat(silent.block()).containsExactly(": heartbeat");
            assertThat(silent.block()).containsExactly(": heartbeat");
            assertThat(silent.block()).containsExactly(": heartbeat");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(1500), Duration.ofMillis(5000));
        }
    }

    @Test
    void aSilentStreamOutlivesTheIdleTimeout() throws Exception {
        try (StreamServer server = new StreamServer(10, LONG, Duration.ofMillis(300), true);
                StreamClient client = StreamClient.open(server.port(), PATH)) {
            await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
            server.source.tell("lock n", "granted", null);

            assertThat(client.block()).startsWith("event: granted");
        }
    }

    @Test
    void aConnectionThatBrokeIsNoticedByTheNextHeartbeatAlsoWhenNobodyWatchesIt() throws Exception {
        try (StreamServer server = new StreamServer(10, Duration.ofMillis(900), IDLE_TIMEOUT, false)) {
            StreamClient client = StreamClient.open(server.port(), PATH);
            assertThat(server.source.listeners("lock n")).isOne();

            client.reset();

            await().atMost(Duration.ofSeconds(2)).until(() -> server.source.listeners("lock n") == 0);
            assertThat(server.streams.count()).isZero();
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobodyAndIsToldTheStateWhenItDoes() throws Exception {
        try (StreamServer server = StreamServer.silent(10);
                StreamClient slow = new StreamClient(server.port(), 8_192, PATH);
                StreamClient reading = StreamClient.open(server.port(), PATH)) {
            await().until(() -> server.source.listeners("lock n") == 2);
            fill(server, reading);
            assertThat(server.source.asked("lock n")).isEqualTo(2);

            slow.head();
            slow.block();
            List<String> ids = new ArrayList<>();
            List<String> event = slow.event();
            while (!event.get(2).contains("\"missed\":true")) {
                ids.add(event.get(1));
                event = slow.event();
            }
            assertThat(event).startsWith("event: state", "id: r" + MUCH);
            assertThat(ids).hasSizeBetween(2, MUCH - EventFeed.MOST);
            for (int i = 0; i < ids.size(); i++) {
                assertThat(ids.get(i)).isEqualTo("id: r" + i);
            }
            assertThat(server.source.asked("lock n")).isEqualTo(3);
            server.source.tell("lock n", "ended", null);
            assertThat(slow.event()).startsWith("event: ended", "id: r" + (MUCH + 1));
            assertThat(server.source.listeners("lock n")).isEqualTo(2);
        }
    }

    @Test
    void aClientThatNeverReadsIsCutWhenTheIdleTimeoutIsOver() throws Exception {
        try (StreamServer server = new StreamServer(10, LONG, Duration.ofMillis(500), true);
                StreamClient slow = new StreamClient(server.port(), 8_192, PATH);
                StreamClient reading = StreamClient.open(server.port(), PATH)) {
            await().until(() -> server.source.listeners("lock n") == 2);
            fill(server, reading);

            await().atMost(Duration.ofSeconds(5)).until(() -> server.streams.count() == 1);
            server.source.tell("lock n", "ended", null);
            assertThat(reading.block()).startsWith("event: ended");
            assertThat(slow.rest()).doesNotContain("event: ended");
        }
    }

    @Test
    void moreThanMayBeAreRefusedUntilOneEnds() throws Exception {
        try (StreamServer server = StreamServer.silent(2);
                StreamClient one = StreamClient.open(server.port(), PATH);
                StreamClient two = StreamClient.open(server.port(), PATH)) {
            assertThat(server.gauge("tenure.streams.open")).isEqualTo(2);
            try (StreamClient three = new StreamClient(server.port(), 0, PATH)) {
                assertThat(three.head())
                        .startsWith("HTTP/1.1 429 Too Many Requests")
                        .contains("Retry-After: 1", "Content-Type: application/problem+json");
                assertThat(three.line()).contains("\"code\":\"QUOTA\"", "limits.maxStreams");
            }
            one.reset();
            await().until(() -> server.streams.count() == 1);
            try (StreamClient four = StreamClient.open(server.port(), PATH)) {
                assertThat(server.gauge("tenure.streams.open")).isEqualTo(2);
                server.source.tell("lock n", "ended", null);
                assertThat(four.block()).startsWith("event: ended");
            }
            assertThat(two.block()).startsWith("event: ended");
        }
    }

    @Test
    void aServerThatStopsSaysByeAndIsHeldUpByNoStream() throws Exception {
        try (StreamServer server = StreamServer.silent(10);
                StreamClient slow = new StreamClient(server.port(), 8_192, PATH);
                StreamClient reading = StreamClient.open(server.port(), PATH);
                StreamClient waiting = waiting(server)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + server.port() + "/v1/locks/http11/events"))
                    .build();
            HttpResponse<Stream<String>> kept = HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
            await().until(() -> server.source.listeners("lock n") == 2 && server.streams.count() == 4);
            fill(server, reading);

            long began = System.nanoTime();
            server.stop();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            assertThat(reading.block()).isEqualTo(BYE);
            assertThat(reading.line()).isNull();
            assertThat(kept.body()).contains("event: bye");
            assertThat(waiting.head()).startsWith("HTTP/1.1 503 Service Unavailable");
            assertThat(slow.rest()).contains("id: r1").doesNotContain("event: bye");
            assertThat(server.streams.count()).isZero();
            assertThat(server.source.listeners("lock n")).isZero();
        }
    }

    @Test
    void streamsThatAreAskedForWhileTheServerStopsAreRefused() throws Exception {
        try (StreamServer server = StreamServer.silent(10);
                StreamClient before = StreamClient.open(server.port(), PATH)) {
            server.streams.stop();

            assertThat(before.block()).isEqualTo(BYE);
            try (StreamClient client = new StreamClient(server.port(), 0, PATH)) {
                assertThat(client.head())
                        .startsWith("HTTP/1.1 503 Service Unavailable")
                        .contains("Retry-After: 1");
                assertThat(client.line()).contains("SERVER_STOPPING");
            }
        }
    }

    @Test
    void twoThousandStreamsTakeNoThread() throws Exception {
        int many = 2_000;
        List<StreamClient> clients = new ArrayList<>();
        try (StreamServer server = StreamServer.silent(many)) {
            clients.add(StreamClient.open(server.port(), PATH));
            Set<String> before = threads();
            while (clients.size() < many) {
                clients.add(StreamClient.open(server.port(), PATH));
            }
            assertThat(server.streams.count()).isEqualTo(many);

            server.source.tell("lock n", "granted", null);

            for (StreamClient client : clients) {
                assertThat(client.block()).startsWith("event: granted", "id: r1");
            }
            assertThat(threads()).isSubsetOf(before);
            long began = System.nanoTime();
            close(clients);
            await().until(() -> server.source.listeners("lock n") == 0);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        } finally {
            close(clients);
        }
    }

    /** A stream whose source says nothing, so that it has not been answered. */
    private static StreamClient waiting(StreamServer server) throws IOException {
        server.source.instead("lock silent", sink -> {});
        return new StreamClient(server.port(), 0, "/v1/locks/silent/events");
    }

    /** Tells more than the network keeps for a client that does not read; each event is read by the one that does. */
    private static void fill(StreamServer server, StreamClient reading) throws IOException {
        String large = "x".repeat(50_000);
        for (int i = 1; i <= MUCH; i++) {
            server.source.tell("lock n", "granted", large);
            assertThat(reading.event()).startsWith("event: granted", "id: r" + i);
        }
    }

    private static void close(List<StreamClient> clients) throws IOException {
        for (StreamClient client : clients) {
            client.close();
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getId() + " " + thread.getName().replaceAll("qtp.*-", "qtp-"))
                .collect(toSet());
    }
}
