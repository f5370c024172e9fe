package io.tenure.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;

/** {@code docs/examples/tenure-run.sh} keeps the rule for clients. */
class ShellTenureRunTest extends TenureRunContract {
    ShellTenureRunTest() throws IOException {
        super(Duration.ofSeconds(5));
    }

    @Override
    List<String> program() {
        return List.of(
                "sh", Repository.TOP.resolve("docs/examples/tenure-run.sh").toString());
    }

    @RepeatedTest(30) // one of 24 went on for ever
    void aCommandThatIsOverBeforeItIsKeptEndsTheScript() throws Exception {
        assertThat(run("true").status()).isZero();
    }
}
