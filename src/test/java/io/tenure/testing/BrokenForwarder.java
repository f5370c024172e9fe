package io.tenure.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands before a server and hands on what it is asked, but that it makes a grant of each refusal because another holds it. */
public final class BrokenForwarder implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("\"(fencingToken|term)\":(\\d+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final int port;
    private final AtomicLong highest = new AtomicLong();
    private final AtomicInteger lies = new AtomicInteger();

    /** @param port of the server behind */
    public BrokenForwarder(int port) throws IOException {
        this.port = port;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Where it is. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How many grants it has made up. */
    public int lies() {
        return lies.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(asked));
            if (asked.length > 0) {
                request.header("Content-Type", "application/json");
            }
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            Matcher token = TOKEN.matcher(answer.body());
            if (token.find()) {
                highest.accumulateAndGet(Long.parseLong(token.group(2)), Math::max);
            }
            boolean lie = exchange.getRequestMethod().equals("PUT")
                    && answer.statusCode() == 409
                    && answer.body().contains("\"HELD\"");
            if (lie) {
                lies.incrementAndGet();
                tell(
                        exchange,
                        201,
                        "{\"state\":\"HELD\",\"validForMillis\":900,\"fencingToken\":" + (highest.get() + 1) + "}");
            } else {
                tell(exchange, answer.statusCode(), answer.body());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
