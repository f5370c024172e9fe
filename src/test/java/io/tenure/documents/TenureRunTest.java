package io.tenure.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/examples/tenure-run.sh} against a server that answers by a script of its own. */
class TenureRunTest {
    private static final String HELD = "{\"state\":\"HELD\",\"fencingToken\":4711,\"validForMillis\":4990}";
    private static final String LIVE = "{\"state\":\"LIVE\",\"validForMillis\":4990}";
    private static final String ENDED = "{\"state\":\"ENDED\",\"endedBy\":\"RELEASED\"}";
    private static final String REVOKED = "{\"code\":\"LEASE_ENDED\",\"detail\":\"revoked by anna\"}";

    @TempDir
    private Path folder;

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    /** For each method its answers in order; the last one is repeated. */
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();

    private HttpServer server;

    TenureRunTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        assumeTrue(installed("curl") && installed("sh"), "needs sh and curl");
        server.createContext("/", this::answer);
        server.start();
        given("PUT", new Answer(201, HELD));
        given("POST", new Answer(200, LIVE));
        given("DELETE", new Answer(200, ENDED));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theCommandRunsWithTheTokenAndItsStatusIsPassedOn() throws Exception {
        Run run = run("--ttl", "30s", "nightly", "sh", "-c", "echo token $TENURE_FENCING_TOKEN; exit 7");

        assertThat(run.status()).isEqualTo(7);
        assertThat(run.output()).isEqualTo("token 4711\n");
        assertThat(requests).last().asString().startsWith("DELETE /v1/locks/nightly/holds/");
    }

    @Test
    void theCommandReadsTheInputOfTheScript() throws Exception {
        assertThat(run("nightly", "cat").output()).isEqualTo("input\n");
    }

    @Test
    void aLockThatIsHeldIsToldWithoutRunningTheCommand() throws Exception {
        given("PUT", new Answer(409, "{\"code\":\"HELD\",\"detail\":\"nightly is held by b@c\"}"));

        Run run = run("nightly", "echo", "ran");

        assertThat(run.status()).isEqualTo(75);
        assertThat(run.output()).isEmpty();
        assertThat(run.messages()).contains("nightly is held by b@c");
    }

    @Test
    void aPlaceInTheQueueIsKeptByTheSameRequest() throws Exception {
        given("PUT", new Answer(202, "{\"state\":\"QUEUED\"}"), new Answer(503, "{}"), new Answer(201, HELD));

        Run run = run("nightly", "echo", "ran");

        assertThat(run.output()).isEqualTo("ran\n");
        assertThat(requests.stream()
                        .filter(request -> request.startsWith("PUT"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aLockThatIsLostStopsTheCommand() throws Exception {
        given("POST", new Answer(200, LIVE), new Answer(410, REVOKED));

        Run run = run("--ttl", "5s", "nightly", "sh", "-c", "sleep 60; echo finished");

        assertThat(run.status()).isEqualTo(70);
        assertThat(run.output()).isEmpty();
        assertThat(run.messages()).contains("revoked by anna");
    }

    @Test
    void aCommandThatIgnoresTermIsKilledByTheDeadlineWhenTheServerIsSilent() throws Exception {
        given("POST", new Answer(200, LIVE), new Answer(503, "{}"));

        Run run = run("--ttl", "5s", "nightly", "sh", "-c", "trap '' TERM; sleep 60; sleep 60; echo finished");

        assertThat(run.status()).isEqualTo(70);
        assertThat(run.output()).isEmpty();
    }

    @Test
    void aLockThatWasLostUnnoticedIsToldAtTheEnd() throws Exception {
        given("DELETE", new Answer(410, REVOKED));

        assertThat(run("nightly", "true").status()).isEqualTo(70);
    }

    @Test
    void aServerThatDoesNotAnswerIsNotAHeldLock() throws Exception {
        server.stop(0);

        Run run = run("--wait", "0s", "nightly", "echo", "ran");

        assertThat(run.status()).isEqualTo(69);
        assertThat(run.output()).isEmpty();
        assertThat(run.messages()).contains("cannot tell");
    }

    @Test
    void wrongUsageIsToldWithoutAsking() throws Exception {
        assertThat(run("--ttl", "30", "nightly", "true").status()).isEqualTo(64);
        assertThat(run("nightly").status()).isEqualTo(64);
        assertThat(run("a name", "true").status()).isEqualTo(64);
        assertThat(requests).isEmpty();
    }

    @RepeatedTest(20) // a signal between two waits of the script lost the status in one run of seven
    void aSignalReachesTheCommand() throws Exception {
        Path started = folder.resolve("started");
        Process process = begin("nightly", "sh", "-c", "trap 'exit 9' TERM; echo > '" + started + "'; sleep 60 & wait");
        await().until(() -> Files.exists(started));
        process.destroy();

        assertThat(process.waitFor(30, SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
        assertThat(requests).last().asString().startsWith("DELETE ");
    }

    private void given(String method, Answer... inOrder) {
        answers.put(method, new ArrayDeque<>(List.of(inOrder)));
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        Process process = begin(arguments);
        assertThat(process.waitFor(60, SECONDS)).as("ended within a minute").isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(folder.resolve("output")),
                Files.readString(folder.resolve("messages")));
    }

    private Process begin(String... arguments) throws IOException {
        Path input = Files.writeString(folder.resolve("input"), "input\n");
        String script = Repository.TOP.resolve("docs/examples/tenure-run.sh").toString();
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("sh", script), Arrays.stream(arguments)).toList());
        builder.environment()
                .put("TENURE_URL", "http://127.0.0.1:" + server.getAddress().getPort());
        return builder.redirectInput(input.toFile())
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("messages").toFile())
                .start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            Answer answer = next(exchange.getRequestMethod());
            byte[] body = (answer.body() + "\n").getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Answer next(String method) {
        Deque<Answer> rest = answers.getOrDefault(method, new ArrayDeque<>());
        return rest.size() > 1 ? rest.removeFirst() : rest.getFirst();
    }

    private static boolean installed(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private record Answer(int status, String body) {}

    private record Run(int status, String output, String messages) {}
}
