package io.tenure.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One server of a {@code dev-cluster}: a process of the same program, whose ports follow one another. Used by one thread.
 *
 * <p>Of its ports, the first is the API's, then come metrics, and ZooKeeper's for clients, for peers and for the election.
 */
final class DevServer {
    private static final int PORTS = 5;
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final int number;
    private final int port;
    private final Path folder;
    private @Nullable Process process;

    /** @param port the first of its ports */
    DevServer(int number, int port, Path folder) {
        this.number = number;
        this.port = port;
        this.folder = folder;
    }

    int number() {
        return number;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String metrics() {
        return "http://127.0.0.1:" + (port + 1) + "/metrics";
    }

    String zooKeeper() {
        return "127.0.0.1:" + (port + 2);
    }

    /** All ports that it listens on. */
    List<Integer> ports() {
        return IntStream.range(port, port + PORTS).boxed().toList();
    }

    /** Its line in the configuration of all. */
    String member() {
        return "    %d: {host: 127.0.0.1, client: %d, peer: %d, election: %d}"
                .formatted(number, port + 2, port + 3, port + 4);
    }

    /** Where it writes what it logs. */
    Path log() {
        return folder.resolve("server-" + number + ".log");
    }

    long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Starts it, and returns before it serves. */
    void start(Path configuration) {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.tenure.app.Main",
                        "server",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("TENURE_ID", String.valueOf(number));
        builder.environment().put("TENURE_PORT", String.valueOf(port));
        builder.environment().put("TENURE_ADMIN_PORT", String.valueOf(port + 1));
        builder.environment()
                .put("TENURE_DATA", folder.resolve("server-" + number).toString());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new Failure("server " + number + " cannot be started: " + e.getMessage());
        }
    }

    /** Whether it says that it can serve. */
    boolean ready(HttpClient http) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/health/ready"))
                .timeout(ANSWER)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether it has ended, after at most this long. */
    boolean endedWithin(Duration wait) throws InterruptedException {
        return process == null || process.waitFor(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Its status once it has ended. */
    int status() {
        return process == null ? 0 : process.exitValue();
    }

    /** Asks it to end. */
    void terminate() {
        if (process != null) {
            process.destroy();
        }
    }

    /** Ends it. */
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
