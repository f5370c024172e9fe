package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.cli.CommandLines.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not understood is told in one line with where to look, before any server is asked. */
class ParsingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock",
                "lock show",
                "lock show 'a b'",
                "lock check nightly x",
                "lock revoke nightly --lease 4f1c2a3e-90ab-4cde-8f01-23456789abcd",
                "lock revoke nightly --reason INC-1",
                "lock revoke nightly --lease 17 --reason INC-1",
                "lock ls --min-held 1",
                "election ls --min-held 1h",
                "election revoke reports",
                "election transfer reports --reason drained",
                "semaphore set bulk many",
                "lock set bulk 5",
                "lease show nightly",
                "audit holders",
                "audit tenures --from yesterday",
                "watch doors front",
                "bench nothing",
                "bench cycle --connections 0",
                "bench cycle --seconds 0"
            })
    void itIs64(String line) {
        Outcome outcome = CommandLines.run(CommandLines.words(line).toArray(String[]::new));

        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("tenure: ").contains("Try 'tenure " + line.split(" ", 2)[0]);
    }
}
