package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tenure.client.Http.NoAnswer;
import io.tenure.client.Http.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests over real connections. */
class HttpServersTest {
    private static final Request LOOK = new Request("GET", "/v1/leases/x", null, Duration.ofSeconds(2));

    private final Time time = new SystemTime();
    private HttpServer good;
    private HttpServer poor;

    @BeforeEach
    void start() throws IOException {
        good = server(200, "{\"state\":\"LIVE\"}", 0);
        poor = server(503, "{\"code\":\"STORE_UNAVAILABLE\"}", 0);
    }

    @AfterEach
    void stop() {
        good.stop(0);
        poor.stop(0);
        time.close();
    }

    /** @param missing how many bytes more are promised than ever come */
    private static HttpServer server(int status, String body, int missing) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Retry-After", "3");
            exchange.sendResponseHeaders(status, bytes.length + missing);
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().flush();
            if (missing == 0) {
                exchange.close();
            }
        });
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static Answer asked(HttpServers servers) throws Exception {
        return servers.send(LOOK).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private HttpServers over(URI first) {
        return new HttpServers(time, HttpClient.newHttpClient(), List.of(first, uri(good)), 0);
    }

    @Test
    void aServerThatCannotTellIsLeftForTheNextAndTheGoodOneIsKept() throws Exception {
        HttpServers servers = over(uri(poor));
        Answer first = asked(servers);
        assertThat(first.cannotTell()).isTrue();
        assertThat(first.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(asked(servers).text("state")).isEqualTo("LIVE");
        assertThat(asked(servers).text("state")).isEqualTo("LIVE");
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsLeftForTheNext() throws Exception {
        try (ServerSocket hung = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            HttpServers servers = over(URI.create("http://127.0.0.1:" + hung.getLocalPort()));
            assertThatThrownBy(() -> asked(servers)).hasCauseInstanceOf(NoAnswer.class);
            assertThat(asked(servers).ok()).isTrue();
        }
    }

    @Test
    void aServerThatIsNotThereIsLeftForTheNext() throws Exception {
        HttpServers servers;
        try (ServerSocket free = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            servers = over(URI.create("http://127.0.0.1:" + free.getLocalPort()));
        }
        assertThatThrownBy(() -> asked(servers)).hasCauseInstanceOf(NoAnswer.class);
        assertThat(asked(servers).ok()).isTrue();
    }

    @Test
    void anAnswerThatBeginsAndDoesNotEndIsNone() throws Exception {
        HttpServer stalls = server(200, "{\"state\":", 1000);
        try {
            HttpServers servers = over(uri(stalls));
            CompletableFuture<Answer> asked = servers.send(LOOK).toCompletableFuture();
            assertThatThrownBy(() -> asked.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(NoAnswer.class);
            assertThat(asked(servers).ok()).isTrue();
        } finally {
            stalls.stop(0);
        }
    }

    @Test
    void whatIsNoJsonHasNoFields() throws Exception {
        HttpServer page = server(200, "<html>", 0);
        try {
            assertThat(asked(over(uri(page))).body().isMissingNode()).isTrue();
        } finally {
            page.stop(0);
        }
    }
}
