package io.tenure.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one stream says, and what is refused. */
@Timeout(30)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventStreamsTest {
    private static final String ID = "4f1c2a3e-90ab-4cde-8f01-23456789abcd";

    private StreamServer server;
    private ToldEvents source;

    @BeforeAll
    void start() throws Exception {
        server = StreamServer.silent(100);
        source = server.source;
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aStreamHasItsHeadersAndBeginsWithTheTimeToComeBackAndTheState() throws Exception {
        try (StreamClient client = client("/v1/locks/first/events", "X-Request-Id: " + ID)) {
            assertThat(client.head())
                    .startsWith("HTTP/1.1 200 OK")
                    .contains(
                            "X-Request-Id: " + ID,
                            "Cache-Control: no-store",
                            "Content-Type: text/event-stream;charset=utf-8",
                            "X-Accel-Buffering: no");
            assertThat(client.block()).containsExactly("retry: 1000");
            assertThat(client.block()).containsExactly("event: state", "id: r0", "data: {\"thing\":\"lock first\"}");
        }
    }

    @Test
    void eventsFollowInTheOrderInWhichTheyAreTold() throws Exception {
        try (StreamClient client = open("/v1/locks/order/events")) {
            source.tell("lock order", "queued", null);
            source.tell("lock order", "granted", "a\nb");
            source.tell("lock order", "ended", "é");

            assertThat(client.block()).containsExactly("event: queued", "id: r1", "data: {\"thing\":\"lock order\"}");
            assertThat(client.block())
                    .containsExactly("event: granted", "id: r2", "data: {\"thing\":\"lock order\",\"text\":\"a\\nb\"}");
            assertThat(client.block())
                    .containsExactly("event: ended", "id: r3", "data: {\"thing\":\"lock order\",\"text\":\"é\"}");
        }
    }

    @Test
    void aStreamOfHttp11IsInPiecesAndItsConnectionServesTheNextRequest() throws Exception {
        URI uri = URI.create("http://localhost:" + server.port() + "/v1/locks/pieces/events");
        HttpClient http = HttpClient.newHttpClient();
        HttpResponse<Stream<String>> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofLines());
        assertThat(answer.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
        source.tell("lock pieces", "granted", null);
        source.fail("lock pieces", new IllegalStateException());

        assertThat(answer.body().filter(line -> !line.isEmpty()))
                .containsExactly(
                        "retry: 1000",
                        "event: state",
                        "id: r0",
                        "data: {\"thing\":\"lock pieces\"}",
                        "event: granted",
                        "id: r1",
                        "data: {\"thing\":\"lock pieces\"}",
                        "event: bye",
                        "data: {\"retryAfterMillis\":1000}");
        HttpRequest next = HttpRequest.newBuilder(uri.resolve("/v1/limits")).build();
        assertThat(http.send(next, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void aLeaseHasItsStream() throws Exception {
        try (StreamClient client = open("/v1/leases/" + ID.toUpperCase(Locale.ROOT) + "/events")) {
            source.tell("lease " + ID, "ended", null);

            assertThat(client.block())
                    .containsExactly("event: ended", "id: r1", "data: {\"thing\":\"lease " + ID + "\"}");
        }
    }

    @Test
    void aNameMayBeEncodedInThePath() throws Exception {
        try (StreamClient client = client("/v1/locks/a%3Ab+c/events")) {
            client.head();
            client.block();
            assertThat(client.block()).contains("data: {\"thing\":\"lock a:b+c\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Last-Event-ID: r0,",
        "X-Nothing: 1,",
        "Last-Event-ID: r7,',\"missed\":true'",
        "Last-Event-ID:,',\"missed\":true'"
    })
    void theFirstStateSaysWhetherOthersWereMissed(String header, @Nullable String missed) throws Exception {
        try (StreamClient client = client("/v1/locks/missed/events", header)) {
            client.head();
            client.block();
            assertThat(client.block())
                    .contains("data: {\"thing\":\"lock missed\"" + (missed == null ? "" : missed) + "}");
        }
    }

    @Test
    void onlyTheFirstStateSaysSo() throws Exception {
        source.instead("lock once", sink -> {
            sink.event("state", "r1", new ToldEvents.Body("once", null));
            sink.event("state", "r2", new ToldEvents.Body("once", null));
        });
        try (StreamClient client = open("/v1/locks/once/events", "Last-Event-ID: r0")) {
            assertThat(client.block()).contains("id: r2", "data: {\"thing\":\"once\"}");
        }
    }

    @Test
    void whatIsToldBeforeTheStateIsNotWritten() throws Exception {
        source.instead("lock early", sink -> {
            sink.event("granted", "r1", new ToldEvents.Body("early", null));
            sink.event("state", "r2", new ToldEvents.Body("early", null));
        });
        try (StreamClient client = client("/v1/locks/early/events")) {
            client.head();
            client.block();
            assertThat(client.block()).startsWith("event: state");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /v1/locks/n/events||405|METHOD_NOT_ALLOWED",
                "HEAD /v1/locks/n/events||405|",
                "DELETE /v1/leases/4f1c2a3e-90ab-4cde-8f01-23456789abcd/events||405|METHOD_NOT_ALLOWED",
                "/v1/locks/-n/events||400|INVALID",
                "/v1/leases/n/events||400|INVALID",
                "/v1/locks/n/events?wait=1s||400|INVALID",
                "/v1/nothings/n/events||404|PATH_UNKNOWN",
                "/v1/locks/n/m/events||404|PATH_UNKNOWN",
                "/v1/locks/n/events/||404|PATH_UNKNOWN",
                "/v1/limits||200|maxStreams",
                "/v1/locks/n/events|Accept: application/json|406|NOT_ACCEPTABLE",
                "/v1/locks/n/events|Accept: */*, text/event-stream;q=0|406|NOT_ACCEPTABLE",
                "/v1/locks/n/events|Accept: text/event-stream;q=x|400|INVALID",
                "/v1/locks/n/events|Accept: application/json, text/*;q=0.1|200|retry",
                "/v1/locks/n/events|Accept: text/event-stream|200|retry",
                "/v1/locks/n/events|Accept: application/json, */*|200|retry",
                "/v1/locks/n/events|Origin: http://evil.example|403|FOREIGN_ORIGIN",
            })
    void aRequestHasItsStatus(String request, @Nullable String header, int status, @Nullable String word)
            throws Exception {
        try (StreamClient client = header == null ? client(request) : client(request, header)) {
            List<String> head = client.head();
            assertThat(head.get(0)).startsWith("HTTP/1.1 " + status);
            assertThat(head).contains("Cache-Control: no-store").anyMatch(line -> line.startsWith("X-Request-Id: "));
            assertThat(head.contains("Allow: GET")).isEqualTo(status == 405);
            assertThat(head.contains("Content-Type: application/problem+json")).isEqualTo(status != 200);
            if (word != null) {
                assertThat(client.line()).contains(word);
            }
        }
    }

    @Test
    void whatTheSourceRefusesIsAnswered() throws Exception {
        source.instead("lock thrown", sink -> {
            throw Refusal.of(ErrorCode.LEASE_UNKNOWN, "never heard of it");
        });
        source.instead(
                "lock told",
                sink -> sink.fail(
                        Refusal.of(ErrorCode.STORE_UNAVAILABLE, "not now").with("retryAfterMillis", 2500)));
        source.instead("lock faulty", sink -> sink.fail(new IllegalStateException("secret")));

        assertThat(answer("/v1/locks/thrown/events")).startsWith("HTTP/1.1 404").contains("\"code\":\"LEASE_UNKNOWN\"");
        assertThat(answer("/v1/locks/told/events"))
                .startsWith("HTTP/1.1 503")
                .contains("\"code\":\"STORE_UNAVAILABLE\"", "Retry-After: 3", "application/problem+json");
        assertThat(answer("/v1/locks/faulty/events")).startsWith("HTTP/1.1 500").doesNotContain("secret");
        await().until(() -> source.listeners("lock told") == 0 && server.streams.count() == 0);
    }

    @Test
    void aRefusalThatComesLateIsAnsweredAsOneThatComesAtOnce() throws Exception {
        List<EventSource.Sink> sinks = new CopyOnWriteArrayList<>();
        source.instead("lock late", sinks::add);
        try (StreamClient client = client("/v1/locks/late/events")) {
            await().until(() -> sinks.size() == 1);
            sinks.get(0).fail(Refusal.of(ErrorCode.STORE_UNAVAILABLE, "not now"));

            assertThat(client.head().get(0)).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void aSourceThatFailsLaterEndsTheStreamWithBye() throws Exception {
        try (StreamClient client = open("/v1/locks/fails/events")) {
            source.tell("lock fails", "granted", null);
            source.fail("lock fails", new IllegalStateException("secret"));

            assertThat(client.block()).startsWith("event: granted");
            assertThat(client.block()).containsExactly("event: bye", "data: {\"retryAfterMillis\":1000}");
            assertThat(client.line()).isNull();
            await().until(() -> source.listeners("lock fails") == 0);
        }
    }

    @Test
    void aBodyThatCannotBeWrittenEndsItsOwnStreamOnly() throws Exception {
        try (StreamClient one = open("/v1/locks/unwritable/events");
                StreamClient other = open("/v1/locks/writable/events")) {
            source.tellUnwritable("lock unwritable");
            source.tell("lock writable", "granted", null);

            assertThat(one.line()).isNull();
            assertThat(other.block()).startsWith("event: granted");
        }
    }

    @Test
    void aClientThatClosesItsConnectionIsNoticedAndItsSubscriptionClosed() throws Exception {
        StreamClient client = open("/v1/locks/closes/events");
        assertThat(source.listeners("lock closes")).isOne();

        client.close();

        await().atMost(Duration.ofSeconds(1)).until(() -> source.listeners("lock closes") == 0);
    }

    @Test
    void aClientThatGoesBeforeTheFirstEventIsNoticed() throws Exception {
        source.instead("lock goes", sink -> {});
        StreamClient client = client("/v1/locks/goes/events");
        await().until(() -> source.listeners("lock goes") == 1);

        client.reset();

        await().atMost(Duration.ofSeconds(1)).until(() -> source.listeners("lock goes") == 0);
    }

    private StreamClient client(String path, String... headers) throws IOException {
        return new StreamClient(server.port(), 0, path, headers);
    }

    private StreamClient open(String path, String... headers) throws IOException {
        return StreamClient.open(server.port(), path, headers);
    }

    private String answer(String path) throws IOException {
        try (StreamClient client = client(path)) {
            return String.join("\n", client.head()) + "\n" + client.line();
        }
    }
}
