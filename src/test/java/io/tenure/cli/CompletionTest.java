package io.tenure.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    @TempDir
    private Path folder;

    private String bash(String... arguments) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(arguments).redirectErrorStream(true).start();
        bash.getOutputStream().close();
        String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as(said).isZero();
        return said;
    }

    private Path script() throws IOException {
        return Files.writeString(
                folder.resolve("completion"), CommandLines.run("completion").out());
    }

    /** What bash would complete the last word to. */
    private String completed(String... words) throws IOException, InterruptedException {
        String line = String.join(" ", words);
        return bash(
                        "bash",
                        "-c",
                        "source " + script() + "; COMP_WORDS=(" + line + "); COMP_CWORD=" + (words.length - 1)
                                + "; COMP_LINE='" + line + "'; _complete_tenure 2>/dev/null; echo ${COMPREPLY[@]}")
                .strip();
    }

    @Test
    void bashAcceptsTheScript() throws IOException, InterruptedException {
        assertThat(bash("bash", "-n", script().toString())).isEmpty();
    }

    @Test
    void commandsAreCompleted() throws IOException, InterruptedException {
        assertThat(completed("tenure", "ru")).isEqualTo("run");
        assertThat(completed("tenure", "lock", "re")).isEqualTo("revoke");
    }

    @Test
    void optionsAreCompleted() throws IOException, InterruptedException {
        assertThat(completed("tenure", "lock", "ls", "--min-w")).isEqualTo("--min-waiters");
    }
}
