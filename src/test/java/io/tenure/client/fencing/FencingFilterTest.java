package io.tenure.client.fencing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tenure.name.Kind;
import io.tenure.testing.GuardedServer;
import io.tenure.testing.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter does with requests that it need not ask about, and when it cannot tell. The rest is shown on a server of Tenure. */
class FencingFilterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final String CURRENT = "{\"fencingToken\":5,\"current\":true}";

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void aTokenThatIsCurrentPassesAndIsHandedOn() throws Exception {
        try (Answering tenure = new Answering(200, CURRENT);
                GuardedServer guarded = guarded(tenure.url())) {
            assertThat(post(guarded, "5").statusCode()).isEqualTo(200);
            assertThat(guarded.served()).containsExactly("POST /job 5");
        }
    }

    @Test
    void aRequestWithoutATokenIsAskedForOne() throws Exception {
        try (Answering tenure = new Answering(200, CURRENT);
                GuardedServer guarded = guarded(tenure.url())) {
            HttpResponse<String> refused = post(guarded);

            assertRefused(refused, 428, "TOKEN_REQUIRED");
            assertThat(problem(refused).at("/detail").asText()).contains(FencingFilter.HEADER);
            assertThat(guarded.served()).isEmpty();
            assertThat(tenure.asked).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "-5", "+5", "5.0", "0x5", "five", "5,5", "9007199254740992", "99999999999999999999"})
    void whatIsNoTokenIsNotUnderstood(String header) throws Exception {
        try (Answering tenure = new Answering(200, CURRENT);
                GuardedServer guarded = guarded(tenure.url())) {
            assertRefused(post(guarded, header), 400, "INVALID");
            assertThat(guarded.served()).isEmpty();
        }
    }

    @Test
    void twoTokensAreNotUnderstood() throws Exception {
        try (Answering tenure = new Answering(200, CURRENT);
                GuardedServer guarded = guarded(tenure.url())) {
            assertRefused(post(guarded, "5", "5"), 400, "INVALID");
            assertThat(guarded.served()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE"})
    void whatChangesNothingPassesUnchecked(String method) throws Exception {
        try (GuardedServer guarded = guarded(nobody())) {
            assertThat(send(guarded, method).statusCode()).isEqualTo(200);
            assertThat(guarded.served()).containsExactly(method + " /job null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "MKCOL", "get"})
    void everyOtherMethodIsChecked(String method) throws Exception {
        try (GuardedServer guarded = guarded(nobody())) {
            assertRefused(send(guarded, method), 428, "TOKEN_REQUIRED");
            assertThat(guarded.served()).isEmpty();
        }
    }

    /** Something is there and answers, but it is no answer to the question. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200|<html>welcome</html>",
                "200|{}",
                "200|[]",
                "200|``",
                "200|{\"fencingToken\":5}",
                "200|{\"fencingToken\":5,\"current\":false}",
                "200|{\"fencingToken\":6,\"current\":true}",
                "201|{\"fencingToken\":5,\"current\":true}",
                "302|{\"fencingToken\":5,\"current\":true}",
                "404|<html>nothing here</html>",
                "404|{\"code\":\"PATH_UNKNOWN\",\"fencingToken\":5}",
                "410|{\"code\":\"LEASE_ENDED\",\"fencingToken\":5}",
                "410|{\"code\":\"TOKEN_ENDED\",\"fencingToken\":6}",
                "503|{\"code\":\"STORE_UNAVAILABLE\"}",
                "500|{\"code\":\"INTERNAL\"}"
            })
    void whatIsNoAnswerOfTenureIsNotBelieved(int status, String body) throws Exception {
        try (Answering other = new Answering(status, body);
                GuardedServer guarded = guarded(other.url())) {
            HttpResponse<String> refused = post(guarded, "5");

            assertRefused(refused, 503, "TOKEN_UNCHECKED");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(guarded.served()).isEmpty();
        }
    }

    @Test
    void theNextServerIsAskedWhenOneCannotTell() throws Exception {
        try (Answering away = new Answering(503, "{\"code\":\"STORE_UNAVAILABLE\"}");
                Answering tenure = new Answering(200, CURRENT);
                GuardedServer guarded = guarded(nobody(), away.url(), tenure.url())) {
            assertThat(post(guarded, "5").statusCode()).isEqualTo(200);
            assertThat(post(guarded, "5").statusCode()).isEqualTo(200);

            assertThat(away.asked)
                    .as("the server that told last is asked first")
                    .hasValue(1);
            assertThat(tenure.asked).hasValue(2);
        }
    }

    @Test
    void theNextServerIsAskedWhenOneHangs() throws Exception {
        try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Answering tenure =
                        new Answering(410, "{\"code\":\"TOKEN_ENDED\",\"fencingToken\":5,\"newestToken\":9}");
                GuardedServer guarded = guarded(url(hangs), tenure.url())) {
            HttpResponse<String> refused = post(guarded, "5");

            assertRefused(refused, 412, "TOKEN_ENDED");
            assertThat(problem(refused).at("/newestToken").asLong()).isEqualTo(9);
        }
    }

    @Test
    void aRequestIsRefusedInTimeWhenAllServersHang() throws Exception {
        Duration timeout = Duration.ofMillis(600);
        try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Answering stops = new Answering(200, CURRENT, 1000);
                GuardedServer guarded = guarded(timeout, url(hangs), stops.url())) {
            long begun = System.nanoTime();
            HttpResponse<String> refused = post(guarded, "5");
            Duration took = Duration.ofNanos(System.nanoTime() - begun);

            assertRefused(refused, 503, "TOKEN_UNCHECKED");
            assertThat(took).isBetween(timeout, timeout.plusSeconds(3));
            assertThat(guarded.served()).isEmpty();
        }
    }

    @Test
    void aBaseUrlMayHaveAPathAndASlash() throws Exception {
        try (Answering tenure = new Answering(200, CURRENT);
                GuardedServer guarded = guarded(tenure.url() + "/behind/a/proxy/")) {
            assertThat(post(guarded, "5").statusCode()).isEqualTo(200);
            assertThat(tenure.path).isEqualTo("/behind/a/proxy/v1/locks/nightly/tokens/5");
        }
    }

    @Test
    void aFilterThatCouldNeverAskIsNotMade() {
        URI server = URI.create("http://127.0.0.1:8080");

        assertThatIllegalArgumentException().isThrownBy(() -> filter(List.of(), Kind.LOCK, PATIENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter(List.of(URI.create("127.0.0.1")), Kind.LOCK, PATIENCE))
                .withMessageContaining("127.0.0.1");
        assertThatIllegalArgumentException().isThrownBy(() -> filter(List.of(server), Kind.LEASE, PATIENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter(List.of(server, server), Kind.LOCK, Duration.ofMillis(1)));
    }

    private GuardedServer guarded(String... servers) {
        return guarded(PATIENCE, servers);
    }

    private GuardedServer guarded(Duration timeout, String... servers) {
        List<URI> urls = List.of(servers).stream().map(URI::create).toList();
        return new GuardedServer(filter(urls, Kind.LOCK, timeout), FencingFilter.ATTRIBUTE);
    }

    private FencingFilter filter(List<URI> servers, Kind kind, Duration timeout) {
        return new FencingFilter(servers, kind, request -> "nightly", timeout, client);
    }

    /** A base URL where nobody listens. */
    private static String nobody() {
        return "http://127.0.0.1:" + Running.freePort();
    }

    private static String url(ServerSocket socket) {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private HttpResponse<String> post(GuardedServer guarded, String... tokens) throws Exception {
        return send(guarded, "POST", tokens);
    }

    private HttpResponse<String> send(GuardedServer guarded, String method, String... tokens) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(guarded.url() + "/job"))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.noBody());
        for (String token : tokens) {
            request.header(FencingFilter.HEADER, token);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = problem(answer);
        assertThat(problem.at("/code").asText()).isEqualTo(code);
        assertThat(problem.at("/type").asText()).isEqualTo("urn:tenure:" + code);
        assertThat(problem.at("/status").asInt()).isEqualTo(status);
        assertThat(problem.at("/title").asText()).isNotEmpty();
    }

    private static JsonNode problem(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    /** A server that gives every request one answer, perhaps without an end. */
    private static final class Answering implements AutoCloseable {
        private final HttpServer server;
        final AtomicInteger asked = new AtomicInteger();
        volatile String path = "";

        Answering(int status, String body) throws IOException {
            this(status, body, 0);
        }

        /** @param missing how many bytes it promises and never sends */
        Answering(int status, String body, int missing) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] bytes = body.getBytes(UTF_8);
            server.createContext("/", exchange -> {
                asked.incrementAndGet();
                path = exchange.getRequestURI().getPath();
                exchange.sendResponseHeaders(status, bytes.length + missing == 0 ? -1 : bytes.length + missing);
                exchange.getResponseBody().write(bytes);
                exchange.getResponseBody().flush();
                if (missing == 0) {
                    exchange.close();
                }
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
