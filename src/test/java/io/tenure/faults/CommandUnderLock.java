package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A shell command that one of the programs of {@code docs/examples} runs under a lock, in a folder of its own.
 *
 * <p>Used by one thread.
 */
final class CommandUnderLock {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Path folder;
    private final String lock;
    private final List<String> line = new ArrayList<>();
    private int port;
    private @Nullable Process process;

    /** The programs, by what starts them. */
    enum Program {
        SHELL("sh", "tenure-run.sh"),
        PYTHON("python3", "tenure_run.py");

        private final String interpreter;
        private final String file;

        Program(String interpreter, String file) {
            this.interpreter = interpreter;
            this.file = file;
        }
    }

    CommandUnderLock(Path folder, Program program, String lock) {
        this.folder = folder;
        this.lock = lock;
        line.add(program.interpreter);
        line.add(Path.of("docs", "examples", program.file).toAbsolutePath().toString());
        line.addAll(List.of("--lock", lock));
    }

    /** Adds options. */
    CommandUnderLock with(String... options) {
        line.addAll(List.of(options));
        return this;
    }

    /** Sets the port at which the program finds its server. */
    CommandUnderLock through(int port) {
        this.port = port;
        return this;
    }

    /** Starts the program with this command. */
    CommandUnderLock run(String command) throws IOException {
        line.addAll(List.of("--", "sh", "-c", command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("TENURE_URL", "http://127.0.0.1:" + port);
        process = builder.start();
        return this;
    }

    String lock() {
        return lock;
    }

    /** Sends TERM to the program. */
    void terminate() {
        process().destroy();
    }

    /** Waits for the end of the program. */
    int status() {
        try {
            boolean ended = process().waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process().descendants().forEach(ProcessHandle::destroyForcibly);
                process().destroyForcibly();
            }
            assertThat(ended).as("ended: %s", line).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process().exitValue();
    }

    /** Waits until the command has written to the file {@code beat}. */
    void awaitBeat() {
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(20)).until(() -> Files.exists(folder.resolve("beat")));
    }

    /** When the command wrote to the file {@code beat} last. */
    Instant lastBeat() {
        try {
            return Files.getLastModifiedTime(folder.resolve("beat")).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lock, and what the program and the command have written. */
    @Override
    public String toString() {
        try {
            return lock + ": " + Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }
}
