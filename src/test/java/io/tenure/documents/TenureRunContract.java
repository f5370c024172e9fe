package io.tenure.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/api.md}, "The rule for clients", asks of a program that runs a command, against a server with a script of its own. */
abstract class TenureRunContract {
    private static final Pattern WAIT = Pattern.compile("\"wait\": ?\"(\\d+)(s|ms)\"");
    private static final String ENDED = "{\"state\":\"ENDED\",\"endedBy\":\"RELEASED\"}";
    static final String REVOKED = "{\"code\":\"LEASE_ENDED\",\"detail\":\"revoked by anna\"}";
    private static final Answer SILENT = new Answer(503, "{}");

    private final Duration ttl;
    private final String held;
    final String live;

    @TempDir
    private Path folder;

    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** For each method its answers in order; the last one is repeated. */
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** For a program that takes this as the shortest TTL. */
    TenureRunContract(Duration ttl) throws IOException {
        this.ttl = ttl;
        String left = "\"validForMillis\":" + ttl.minusMillis(10).toMillis() + "}";
        held = "{\"state\":\"HELD\",\"fencingToken\":4711," + left;
        live = "{\"state\":\"LIVE\"," + left;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    /** What starts it. */
    abstract List<String> program();

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
        given("PUT", new Answer(201, held));
        given("POST", new Answer(200, live));
        given("DELETE", new Answer(200, ENDED));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theCommandRunsWithTheTokenAndItsStatusIsPassedOn() throws Exception {
        Run run = run("sh", "-c", "echo token $TENURE_FENCING_TOKEN; echo lease $TENURE_LEASE; exit 7");

        assertThat(run.status()).isEqualTo(7);
        assertThat(run.output()).startsWith("token 4711\nlease ");
        assertThat(sent("DELETE"))
                .containsExactly("/v1/locks/nightly/holds/"
                        + run.output().lines().toList().get(1).substring("lease ".length()));
    }

    @Test
    void theCommandReadsTheInputOfTheProgram() throws Exception {
        assertThat(run("cat").output()).isEqualTo("input\n");
    }

    @Test
    void aCommandThatDiesOrDoesNotExistIsToldAsAShellTellsIt() throws Exception {
        assertThat(run("sh", "-c", "kill -9 $$").status()).isEqualTo(137);
        assertThat(run("no-such-command").status()).isEqualTo(127);
        assertThat(sent("DELETE")).hasSize(2);
    }

    @Test
    void aLockThatIsHeldIsToldWithoutRunningTheCommand() throws Exception {
        given("PUT", new Answer(409, "{\"code\":\"HELD\",\"detail\":\"nightly is held by b@c\"}"));

        Run run = begin("--if-free", "--", "echo", "ran").end();

        assertThat(run.status()).isEqualTo(75);
        assertThat(run.output()).isEmpty();
        assertThat(run.messages()).contains("nightly is held by b@c");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aPlaceInTheQueueIsKeptByTheSameRequestForTwentyFiveSecondsAtATimeAtMost() throws Exception {
        given("PUT", new Answer(202, "{\"state\":\"QUEUED\"}"), SILENT, new Answer(201, held));

        Run run = begin("--wait", "5m", "--", "echo", "ran").end();

        assertThat(run.output()).isEqualTo("ran\n");
        assertThat(sent("PUT")).hasSize(3).containsOnly(sent("PUT").get(0));
        assertThat(requests)
                .filteredOn(request -> request.method().equals("PUT"))
                .allSatisfy(
                        request -> assertThat(wait(request)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(25)));
    }

    @Test
    void whoIsStoppedWhileItWaitsGivesUpItsPlace() throws Exception {
        given("PUT", new Answer(202, "{\"state\":\"QUEUED\"}", Duration.ofMillis(200)));
        Begun begun = begin("--", "echo", "ran");
        await().until(() -> !requests.isEmpty());
        begun.process().destroy();

        assertThat(begun.end().status()).isEqualTo(143);
        assertThat(requests).last().satisfies(TenureRunContract::cancels);
    }

    @Test
    void whoGivesUpWithoutAnAnswerLeavesNothingBehind() throws Exception {
        given("PUT", SILENT);

        Run run = begin("--if-free", "--", "echo", "ran").end();

        assertThat(run.status()).isEqualTo(69);
        assertThat(run.output()).isEmpty();
        assertThat(requests).hasSize(2).last().satisfies(TenureRunContract::cancels);
    }

    @Test
    void aServerThatDoesNotAnswerIsNotAHeldLock() throws Exception {
        server.stop(0);

        Run run = begin("--if-free", "--", "echo", "ran").end();

        assertThat(run.status()).isEqualTo(69);
        assertThat(run.output()).isEmpty();
        assertThat(run.messages()).contains("cannot tell");
    }

    @Test
    void anotherServerIsAskedWhenOneDoesNotAnswer() throws Exception {
        Begun begun = begin("--url", "http://127.0.0.1:1", "--url", url(), "--", "echo", "ran");

        assertThat(begun.end().output()).isEqualTo("ran\n");
    }

    @Test
    void aGrantThatIsNotConfirmedIsNotWorkedOn() throws Exception {
        given("PUT", SILENT, new Answer(200, held)); // granted when nobody knows
        given("POST", SILENT);

        Run run = run("echo", "ran");

        assertThat(run.status()).isEqualTo(69);
        assertThat(run.output()).isEmpty();
        assertThat(requests).last().satisfies(TenureRunContract::cancels);
    }

    @Test
    void theLockIsRenewedEveryThirdOfTheTtl() throws Exception {
        run("sleep", String.valueOf(ttl.toSeconds()));

        List<Instant> renewed = at("POST");
        assertThat(renewed).hasSizeBetween(3, 4);
        for (int i = 1; i < renewed.size(); i++) {
            assertThat(Duration.between(renewed.get(i - 1), renewed.get(i)))
                    .isBetween(ttl.dividedBy(5), ttl.dividedBy(2));
        }
    }

    @Test
    void aLockThatIsLostStopsTheCommand() throws Exception {
        given("POST", new Answer(200, live), SILENT, new Answer(410, REVOKED));

        Run run = run("sh", "-c", "sleep 60; echo finished");

        assertThat(run.status()).isEqualTo(70);
        assertThat(run.output()).isEmpty();
        assertThat(run.messages()).contains("revoked by anna");
    }

    @Test
    void aCommandThatIgnoresTermIsDeadATtlAfterTheLastGoodRenewalWasSent() throws Exception {
        Duration late = ttl.dividedBy(4);
        given("POST", new Answer(200, live, late), SILENT);
        Path beat = folder.resolve("beat");

        Run run = run("sh", "-c", "trap '' TERM; while :; do echo >> '" + beat + "'; sleep 0.02; done");

        assertThat(run.status()).isEqualTo(70);
        assertThat(sent("POST")).hasSizeBetween(3, 15);
        Duration worked = Duration.between(
                at("POST").get(0), Files.getLastModifiedTime(beat).toInstant());
        assertThat(worked).isBetween(ttl.dividedBy(2), ttl);
    }

    @Test
    void aLockThatWasLostUnnoticedIsToldAtTheEnd() throws Exception {
        given("DELETE", new Answer(410, REVOKED));

        assertThat(run("true").status()).isEqualTo(70);
    }

    @Test
    void aReleaseIsNotRepeatedWhenTheLockMayBeAnothers() throws Exception {
        given("DELETE", SILENT);

        assertThat(run("sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(Duration.between(
                        at("POST").get(0), at("DELETE").get(at("DELETE").size() - 1)))
                .isLessThan(ttl);
    }

    @Test
    void wrongUsageIsToldWithoutAsking() throws Exception {
        assertThat(begin("--ttl", "30", "--", "true").end().status()).isEqualTo(64);
        assertThat(begin("--lock", "a name", "--", "true").end().status()).isEqualTo(64);
        assertThat(begin("--no-such-option", "--", "true").end().status()).isEqualTo(64);
        assertThat(begin().end().status()).isEqualTo(64);
        assertThat(requests).isEmpty();
    }

    @RepeatedTest(10) // a signal between two waits of the shell lost the status in one run of seven
    void aSignalReachesTheCommand() throws Exception {
        Path started = folder.resolve("started");
        Begun begun = begin("--", "sh", "-c", "trap 'exit 9' TERM; echo > '" + started + "'; sleep 60 & wait");
        await().until(() -> Files.exists(started));
        begun.process().destroy();

        assertThat(begun.end().status()).isEqualTo(9);
        assertThat(sent("DELETE")).hasSize(1);
    }

    /** What requests of this method are answered, in order; the last answer is repeated. */
    final void given(String method, Answer... inOrder) {
        answers.put(method, new ArrayDeque<>(List.of(inOrder)));
    }

    /** Runs a command under the lock {@code nightly}. */
    final Run run(String... command) throws IOException, InterruptedException {
        return begin(Stream.concat(Stream.of("--"), Arrays.stream(command)).toArray(String[]::new))
                .end();
    }

    private Begun begin(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(program());
        line.addAll(List.of("--lock", "nightly", "--ttl", ttl.toSeconds() + "s"));
        line.addAll(List.of(arguments));
        return start(line);
    }

    /** Starts a program that finds the server in {@code TENURE_URL}. */
    final Begun start(List<String> line) throws IOException {
        Path input = Files.writeString(folder.resolve("input"), "input\n");
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("TENURE_URL", url());
        return new Begun(
                builder.redirectInput(input.toFile())
                        .redirectOutput(folder.resolve("output").toFile())
                        .redirectError(folder.resolve("messages").toFile())
                        .start(),
                folder);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The paths of the requests of this method. */
    final List<String> sent(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .map(Request::path)
                .toList();
    }

    private List<Instant> at(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .map(Request::at)
                .toList();
    }

    private static Duration wait(Request request) {
        var matcher = WAIT.matcher(request.body());
        assertThat(matcher.find()).as(request.body()).isTrue();
        long length = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("s") ? Duration.ofSeconds(length) : Duration.ofMillis(length);
    }

    private static void cancels(Request request) {
        assertThat(request.method()).isEqualTo("DELETE");
        assertThat(request.path()).startsWith("/v1/locks/nightly/holds/").endsWith("?cancel=true");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Instant at = Instant.now();
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            requests.add(new Request(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), body, at));
            Answer answer = next(exchange.getRequestMethod());
            Thread.sleep(answer.late().toMillis());
            byte[] bytes = (answer.body() + "\n").getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Answer next(String method) {
        Deque<Answer> rest = answers.getOrDefault(method, new ArrayDeque<>());
        return rest.size() > 1 ? rest.removeFirst() : rest.getFirst();
    }

    private record Request(String method, String path, String body, Instant at) {}

    record Answer(int status, String body, Duration late) {
        Answer(int status, String body) {
            this(status, body, Duration.ZERO);
        }
    }

    record Begun(Process process, Path folder) {
        Run end() throws IOException, InterruptedException {
            boolean ended = process.waitFor(30, SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            assertThat(ended).as("ended within 30 s").isTrue();
            return new Run(
                    process.exitValue(),
                    Files.readString(folder.resolve("output")),
                    Files.readString(folder.resolve("messages")));
        }
    }

    record Run(int status, String output, String messages) {}
}
