package io.tenure.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole server as its users start it: the built jar with {@code config.yml} or another file, in a process of its own, on free ports of loopback.
 *
 * <p>It keeps its data and its ports from one start to the next. Used by one thread, except for what only tells.
 */
public final class ServerProgram implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final Path data;
    private final Path errors;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> flags = new ArrayList<>();
    private final Ports ports;
    private String file = "config.yml";
    private String host = "127.0.0.1";
    private List<String> entering = List.of();
    private @Nullable Process process;

    /** The three ports that a server listens on. */
    public record Ports(int http, int admin, int zooKeeper) {
        /** Three that nobody listens on. */
        public static Ports free() {
            return new Ports(Running.freePort(), Running.freePort(), Running.freePort());
        }
    }

    private ServerProgram(Path folder, Ports ports) {
        this.data = folder.resolve("data");
        this.errors = folder.resolve("errors.txt");
        this.ports = ports;
        environment.put("TENURE_PORT", String.valueOf(ports.http()));
        environment.put("TENURE_ADMIN_PORT", String.valueOf(ports.admin()));
        environment.put("TENURE_ZK_PORT", String.valueOf(ports.zooKeeper()));
        environment.put("TENURE_DATA", data.toString());
    }

    /** A server that is not started yet, on free ports. Its data and what it writes go below the folder. */
    public static ServerProgram in(Path folder) {
        return in(folder, Ports.free());
    }

    /** As {@link #in(Path)}, on these ports. */
    public static ServerProgram in(Path folder, Ports ports) {
        return new ServerProgram(folder, ports);
    }

    /** Sets a variable of its environment. */
    public ServerProgram with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Has it read another file than {@code config.yml}, by its path in the repository. */
    public ServerProgram reading(String configuration) {
        file = configuration;
        return this;
    }

    /** Has it run on another machine: at this address, by what its command line begins with. */
    public ServerProgram on(String address, List<String> command) {
        host = address;
        entering = command;
        return with("TENURE_HOST", address).with("TENURE_ADMIN_HOST", address);
    }

    /** Gives its JVM an option. */
    public ServerProgram option(String option) {
        flags.add(option);
        return this;
    }

    /** Sets a key of its configuration, as a flag of the JVM. */
    public ServerProgram configured(String key, String value) {
        flags.add("-Ddw." + key + "=" + value);
        return this;
    }

    /** Starts the process, and returns before it serves. */
    public ServerProgram start() {
        String script = Path.of(property("tenure.jar")).resolveSibling("tenure").toString();
        List<String> command = new ArrayList<>(entering);
        command.addAll(List.of(script, "server", file));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File(property("tenure.basedir")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TENURE_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TENURE_JAVA_OPTS", String.join(" ", flags));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Blocks until it is ready to serve. */
    public ServerProgram awaitReady() {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        Api api = api();
        while (!ready(api)) {
            if (!process().isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the server did not start: " + errors());
            }
        }
        return this;
    }

    private boolean ready(Api api) {
        try {
            return api.get("/health/ready").status() == 200;
        } catch (UncheckedIOException notYet) {
            exited(Duration.ofMillis(20));
            return false;
        }
    }

    /** Ends it as a loss of power would: it can do nothing more. */
    public void kill() {
        process().destroyForcibly();
        exitStatus(Duration.ofSeconds(10));
    }

    /** Tells it to end, and returns before it has. */
    public void terminate() {
        process().destroy();
    }

    /** Stops it in the middle of whatever it does, as a machine does that is put to sleep, until {@link #resume}. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " ended with status " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether its process is there. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Waits for its end. */
    public int exitStatus(Duration atMost) {
        if (!exited(atMost)) {
            throw new IllegalStateException("still there after " + atMost.toMillis() + " ms: " + errors());
        }
        return process().exitValue();
    }

    private boolean exited(Duration atMost) {
        try {
            return process().waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it wrote to standard error since it was last started. */
    public List<String> errors() {
        try {
            return Files.readAllLines(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients find it. */
    public String url() {
        return "http://" + host + ":" + ports.http();
    }

    public Api api() {
        return new Api(host, ports.http());
    }

    public Ports ports() {
        return ports;
    }

    public long pid() {
        return process().pid();
    }

    /** The folder of its data. */
    public Path data() {
        return data;
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the system property " + name + " is not set; mvn verify sets it");
        }
        return value;
    }
}
