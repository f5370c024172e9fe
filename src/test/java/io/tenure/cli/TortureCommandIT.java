package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.cli.CommandLines.Outcome;
import io.tenure.testing.BrokenForwarder;
import io.tenure.testing.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code tenure torture}: what it prints, and its exit status, where promises are kept and where one is broken. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TortureCommandIT {
    private Running server;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Outcome torture(String url, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"torture", "--url", url, "--seconds", "3"}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandLines.run(arguments);
    }

    private String url() {
        return "http://127.0.0.1:" + server.port();
    }

    @Test
    void whereEveryPromiseIsKeptItIsWellAndTheHistoryIsInTheFile(@TempDir Path folder) throws IOException {
        Path history = folder.resolve("history.json");

        Outcome outcome = torture(url(), "--json", "--seed", "3", "--keep-history", history.toString());

        assertThat(outcome.status()).as(outcome.shown()).isEqualTo(Exit.OK);
        JsonNode told = new ObjectMapper().readTree(outcome.out());
        assertThat(told.path("violations").asInt()).isZero();
        assertThat(told.path("seed").asLong()).isEqualTo(3);
        assertThat(told.path("cycles").asLong()).isPositive();
        assertThat(told.path("events").asLong())
                .isGreaterThan(told.path("grants").asLong());
        assertThat(Files.readAllLines(history))
                .hasSize(told.path("calls").asInt() + told.path("events").asInt())
                .allMatch(line -> line.startsWith("{\"call\":{") || line.startsWith("{\"event\":{"));
    }

    @Test
    void aBrokenPromiseIsShownAndIsItsExitStatus() throws IOException {
        try (BrokenForwarder broken = new BrokenForwarder(server.port())) {
            Outcome outcome = torture(broken.uri().toString());

            assertThat(outcome.status()).as(outcome.shown()).isEqualTo(Exit.REFUSED);
            assertThat(outcome.out())
                    .containsPattern("(?m)^(EXCLUSION|EARLY|ONCE) \\(.*\\): .*A")
                    .contains("SENT MS", "take A", "VIOLATIONS", "Answers: ");
            assertThat(outcome.err()).containsPattern("tenure: \\d+ promises? (was|were) broken");
        }
    }

    @Test
    void aNumberThatMakesNoSenseIsNotUnderstood() {
        assertThat(torture(url(), "--clients", "0").status()).isEqualTo(Exit.USAGE);
        assertThat(torture(url(), "--minutes", "1").status()).isEqualTo(Exit.USAGE);
    }
}
