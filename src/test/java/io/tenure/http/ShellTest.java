package io.tenure.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.junit5.DropwizardAppExtension;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Limits;
import io.tenure.name.Durations;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(DropwizardExtensionsSupport.class)
class ShellTest {
    private static final DropwizardAppExtension<Configuration> APP =
            new DropwizardAppExtension<>(ShellApplication.class, "shell.yml");
    private static final String ID = "4f1c2a3e-90ab-4cde-8f01-23456789abcd";

    private final HttpClient client = HttpClient.newHttpClient();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"ttl\":30}|ttl|a duration with a unit (ms, s, m, h, d), like \"30s\"|30",
                "{\"ttl\":\"PT30S\"}|ttl|a duration with a unit (ms, s, m, h, d), like \"30s\"|PT30S",
                "{\"ttl\":\"1h30m\"}|ttl|a duration with a unit (ms, s, m, h, d), like \"30s\"|1h30m",
                "{\"ttl\":\"01s\"}|ttl|a duration with a unit (ms, s, m, h, d), like \"30s\"|01s",
                "{\"ttl\":\"0s\"}|ttl|a duration with a unit, 1s to 24h, like \"30s\"|0s",
                "{\"ttl\":\"25h\"}|ttl|a duration with a unit, 1s to 24h, like \"30s\"|25h",
                "{\"tll\":\"30s\"}|tll|unknown field; known: count, leases, metadata, owner, queue, ttl|tll",
                "{\"owner\":7}|owner|text|7",
                "{\"owner\":{}}|owner|text|an object",
                "{\"queue\":\"true\"}|queue|true or false|true",
                "{\"count\":1.5}|count|a whole number|1.5",
                "{\"count\":\"1\"}|count|a whole number|1",
                "{\"metadata\":[]}|metadata|an object|an array",
                "{\"metadata\":{\"a\":1}}|metadata.a|text|1",
                "{\"leases\":[\"x\"]}|leases[0]|a UUID like 4f1c2a3e-90ab-4cde-8f01-23456789abcd|x",
                "{\"ttl\":\"1s\",\"ttl\":\"2s\"}|ttl|each field at most once|the field twice",
                "[]|body|one JSON object|an array",
                "null|body|one JSON object|null",
                "{} {}|body|one JSON object|an object",
                "``|body|one JSON object|nothing",
            })
    void aBodyThatBreaksARuleIsToldWhichField(String body, String field, String rule, String value) throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/echo/n", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        Map<String, Object> problem = problem(answer);
        assertThat(problem.get("code")).isEqualTo("INVALID");
        assertThat(problem.get("detail")).isEqualTo(field + ": " + rule + "; got " + value);
        assertThat(problem.get("field")).isEqualTo(field);
        assertThat(problem.get("rule")).isEqualTo(rule);
        assertThat(String.valueOf(problem.get("value"))).isEqualTo(value);
    }

    @Test
    void brokenJsonIsToldWhere() throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/echo/n", "{\"ttl\":");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(detail(answer)).startsWith("body: one JSON object; it is broken; got a fault at");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeHasItsStatusAndForm(ErrorCode code) throws Exception {
        HttpResponse<String> answer = send("GET", "/v1/refuse/" + code, null);

        assertThat(answer.statusCode()).isEqualTo(Problem.status(code));
        assertThat(problem(answer)).containsEntry("code", code.name()).containsEntry("type", "urn:tenure:" + code);
        assertThat(answer.headers().firstValue("Retry-After").isPresent())
                .isEqualTo(answer.statusCode() == 429 || answer.statusCode() == 503);
    }

    @Test
    void theProblemDocumentIsFrozen() throws Exception {
        HttpResponse<String> answer = client.send(
                request("GET", "/v1/refuse/HELD", null)
                        .header("X-Request-Id", ID)
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.body())
                .isEqualTo(
                        "{\"type\":\"urn:tenure:HELD\",\"title\":\"Held by another\",\"status\":409,\"code\":\"HELD\","
                                + "\"detail\":\"n is held\",\"instance\":\"urn:uuid:" + ID
                                + "\",\"name\":\"n\",\"reason\":null}\n");
        assertThat(answer.headers().firstValue("X-Request-Id")).hasValue(ID);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void aRefusalThatComesLateIsWrittenAsOneThatComesAtOnce() throws Exception {
        HttpResponse<String> answer = send("GET", "/v1/late/HELD", null);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(problem(answer)).containsEntry("code", "HELD");
    }

    @Test
    void aClientThatVanishesWhileItsRequestWaitsIsNoticedAndItsAnswerToldAsUndelivered() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), APP.getLocalPort())) {
            socket.getOutputStream().write("GET /v1/wait HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            await().until(() -> Echo.WAITING.size() == 1);
        }

        await().atMost(Duration.ofSeconds(1)).until(() -> Echo.GONE.get() == 1);
        Echo.WAITING.remove().complete("late");
        await().atMost(Duration.ofSeconds(1)).until(() -> Echo.UNDELIVERED.get() == 1);
    }

    @Test
    void aFaultShowsAnIdAndNeverItsCause() throws Exception {
        HttpResponse<String> answer = send("GET", "/v1/fault", null);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(problem(answer)).containsEntry("code", "INTERNAL");
        assertThat(answer.body()).doesNotContain("secret").contains("urn:uuid:");
    }

    @Test
    void anAnswerEndsWithANewlineAndItsLocationIsAPath() throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/echo/n", "{\"ttl\":\"30s\"}");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"name\":\"n\",\"ttlMillis\":30000,\"address\":\"127.0.0.1\"}\n");
        assertThat(answer.headers().firstValue("Location")).hasValue("/v1/echo/n");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Content-Length")).isPresent();
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    }

    @Test
    void aBodyThatMayBeLeftOutMayBeLeftOut() throws Exception {
        assertThat(send("PUT", "/v1/echo/n", null).statusCode()).isEqualTo(200);
    }

    @Test
    void aFormGetsTheLineThatWouldHaveWorked() throws Exception {
        HttpResponse<String> answer = client.send(
                request("POST", "/v1/echo/n", "ttl=30s")
                        .setHeader("Content-Type", "application/x-www-form-urlencoded")
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(detail(answer))
                .contains("curl -X POST -H 'Content-Type: application/json' -d '{…}' 'http://localhost:")
                .contains("/v1/echo/n'");
    }

    /** Again and again: a server that leaves some of it unread closes the connection now and then, and the refusal is lost. */
    @RepeatedTest(100)
    void aBodyAboveTheLimitIsRefusedWhetherItsLengthIsToldOrNot() throws Exception {
        String body = "{\"owner\":\"" + "x".repeat(70_000) + "\"}";
        HttpRequest chunked = request("POST", "/v1/echo/n", null)
                .header("Content-Type", "application/json")
                .method("POST", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8))))
                .build();

        assertThat(send("POST", "/v1/echo/n", body).statusCode()).isEqualTo(413);
        assertThat(client.send(chunked, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
    }

    @Test
    void metadataAboveItsLimitIsRefused() throws Exception {
        HttpResponse<String> answer =
                send("POST", "/v1/echo/n", "{\"ttl\":\"30s\",\"metadata\":{\"a\":\"" + "x".repeat(5000) + "\"}}");

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(detail(answer)).startsWith("metadata: at most 4096 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/nowhere|404|PATH_UNKNOWN",
                "GET|/v1/nowhere|404|PATH_UNKNOWN",
                "PATCH|/v1/limits|405|METHOD_NOT_ALLOWED",
                "PUT|/v1/limits|405|METHOD_NOT_ALLOWED",
                "GET|/v1/limits?x=1|400|INVALID",
                "DELETE|/v1/echo/n?reason=a&reason=b|400|INVALID",
                "DELETE|/v1/echo/n?cancel=yes|400|INVALID",
                "DELETE|/v1/echo/n?wait=61s|400|INVALID",
                "DELETE|/v1/echo/n?wait=0s|200|",
                "DELETE|/v1/echo/n?reason=a&cancel=true|200|",
                "POST|/v1/echo/-n|400|INVALID",
                "GET|/v1/%2F/n|400|INVALID",
            })
    void aSlipInTheRequestLineHasItsStatus(String method, String path, int status, @Nullable String code)
            throws Exception {
        HttpResponse<String> answer = send(method, path, method.equals("POST") ? "{\"ttl\":\"1s\"}" : null);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (code != null) {
            assertThat(problem(answer)).containsEntry("code", code);
        }
        assertThat(answer.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
    }

    @Test
    void aFormThatIsNotThereIsRefused() throws Exception {
        HttpResponse<String> answer = client.send(
                request("GET", "/v1/limits", null).header("Accept", "text/html").build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(problem(answer)).containsEntry("code", "NOT_ACCEPTABLE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: evil.example|403|FOREIGN_ORIGIN",
                "Host: localhost.evil.example|403|FOREIGN_ORIGIN",
                "Host: localhost:1;Origin: http://evil.example|403|FOREIGN_ORIGIN",
                "Host: localhost:1;Origin: null|403|FOREIGN_ORIGIN",
                "Host: [::1]:8080;Origin: http://localhost:3000|200|minTtlMillis",
                "Host: 127.0.0.1|200|minTtlMillis",
                "Nonsense|400|INVALID",
                "Host: localhost;X: %s|431|HEADERS_TOO_LARGE",
            })
    void aRequestByHandHasItsStatus(String headers, int status, String word) throws Exception {
        String answer = raw("GET /v1/limits HTTP/1.1\r\n"
                + headers.formatted("x".repeat(9000)).replace(";", "\r\n") + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status).contains(word).endsWith("}\n");
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("cache-control: no-store", "x-request-id: ");
    }

    @Test
    void aPathThatIsTooLongIsRefusedAsAProblem() throws Exception {
        assertThat(raw("GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414")
                .contains("URI_TOO_LONG", "application/problem+json");
    }

    @Test
    void aBrokenRequestLineIsRefusedAsAProblem() throws Exception {
        assertThat(raw("\u0001 / HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("INVALID", "application/problem+json");
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body) throws Exception {
        return client.send(request(method, path, body).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + APP.getLocalPort() + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return body == null ? request : request.setHeader("Content-Type", "application/json");
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), APP.getLocalPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static Map<String, Object> problem(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(answer.body()).endsWith("}\n");
        return Json.mapper().readValue(answer.body(), new TypeReference<>() {});
    }

    private static String detail(HttpResponse<String> answer) throws IOException {
        return String.valueOf(problem(answer).get("detail"));
    }

    /** The shell around two resources that do little. */
    public static final class ShellApplication extends Application<Configuration> {
        private final ExecutorService executor = Executors.newCachedThreadPool();

        @Override
        public void initialize(Bootstrap<Configuration> bootstrap) {
            ConfigurationSourceProvider source = path -> new ByteArrayInputStream("""
                    server:
                      applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                      adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                      registerDefaultExceptionMappers: false
                    logging: {level: WARN}
                    """.getBytes(UTF_8));
            bootstrap.setConfigurationSourceProvider(source);
        }

        @Override
        public void run(Configuration configuration, Environment environment) {
            Limits limits = new Limits(
                    Duration.ofSeconds(1),
                    Duration.ofHours(24),
                    Duration.ofMillis(500),
                    null,
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(1),
                    10_000,
                    100_000,
                    500_000,
                    500,
                    2_000,
                    16,
                    64,
                    65_536,
                    4096,
                    100_000);
            Shell shell = new Shell(limits, executor, true);
            shell.install(environment);
            executor.execute(shell.peers());
            environment.jersey().register(new Echo(limits, shell.answers(), executor));
        }
    }

    /** Says back what it was sent. */
    @Path("/v1")
    @Produces(MediaType.APPLICATION_JSON)
    public record Echo(Limits limits, Answers answers, ExecutorService executor) {
        public record Body(
                @Nullable Duration ttl,
                @Nullable String owner,
                @Nullable Boolean queue,
                @Nullable Integer count,
                @Nullable Map<String, @Nullable String> metadata,
                @Nullable List<LeaseId> leases) {}

        public record Said(
                String name,
                @Nullable Long ttlMillis,
                @Nullable String address) {}

        @POST
        @Path("/echo/{name}")
        public CompletionStage<Response> post(@PathParam("name") Name name, Body body, @Context Caller caller) {
            Duration ttl = Durations.within("ttl", body.ttl(), limits.minTtl(), limits.maxTtl());
            Metadata.checked(body.metadata(), limits.maxMetadataBytes());
            return answers.of(
                    CompletableFuture.supplyAsync(() -> ttl.toMillis(), executor),
                    millis -> Answers.created(
                            "/v1/echo/" + name,
                            new Said(name.value(), millis, caller.actor().address())));
        }

        @PUT
        @Path("/echo/{name}")
        public Said put(@PathParam("name") Name name, @EmptyAllowed Body body) {
            return new Said(name.value(), null, null);
        }

        @DELETE
        @Path("/echo/{name}")
        @Takes({"reason", "cancel", "wait"})
        public Said delete(@PathParam("name") Name name, @Context Query query) {
            query.text("reason");
            query.flag("cancel");
            query.duration("wait", Duration.ZERO, limits.maxWait());
            return new Said(name.value(), null, null);
        }

        @GET
        @Path("/refuse/{code}")
        public Said refuse(@PathParam("code") String code) {
            if (code.isEmpty()) {
                return new Said("", null, null);
            }
            throw refusal(code);
        }

        @GET
        @Path("/late/{code}")
        public CompletionStage<Response> late(@PathParam("code") String code) {
            return answers.of(
                    CompletableFuture.supplyAsync(
                            () -> {
                                throw refusal(code);
                            },
                            executor),
                    value -> Answers.ok(new Said("", null, null)));
        }

        static final Queue<CompletableFuture<String>> WAITING = new ConcurrentLinkedQueue<>();
        static final AtomicInteger GONE = new AtomicInteger();
        static final AtomicInteger UNDELIVERED = new AtomicInteger();

        @GET
        @Path("/wait")
        public CompletionStage<Response> await(@Context Caller caller) {
            CompletableFuture<String> future = new CompletableFuture<>();
            caller.presence().whenGone(GONE::incrementAndGet);
            caller.whenUndelivered(UNDELIVERED::incrementAndGet);
            WAITING.add(future);
            return answers.of(future, value -> Answers.ok(new Said(value, null, null)));
        }

        @GET
        @Path("/fault")
        public Said fault() {
            if (executor.isShutdown()) {
                return new Said("", null, null);
            }
            throw new IllegalStateException("secret");
        }

        private static Refusal refusal(String code) {
            return Refusal.of(ErrorCode.valueOf(code), "n is held")
                    .with("name", "n")
                    .with("reason", null);
        }
    }
}
