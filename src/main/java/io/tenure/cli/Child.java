package io.tenure.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command that is run, with this process's own input and output. */
final class Child {
    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param environment what is added to this process's own
     * @throws IOException it cannot be started
     */
    static Child start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    /** Whether it has ended, after at most this long. */
    boolean endedWithin(Duration wait) throws InterruptedException {
        return process.waitFor(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Its status once it has ended; 128 and the signal's number where a signal ended it. */
    int status() {
        return process.exitValue();
    }

    /** Sends it a signal by its name. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-s", name, String.valueOf(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noKill) {
            process.destroy();
        }
    }

    /** Asks it to end. */
    void terminate() {
        process.destroy();
    }

    /** Ends it, and all that it has started. */
    void kill() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
