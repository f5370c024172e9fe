package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TenureTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Tenure.run("1.2.3", new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void theVersionIsTold() {
        assertThat(run("--version")).isZero();
        assertThat(out).hasToString("tenure 1.2.3" + System.lineSeparator());
    }

    @Test
    void whatIsNotUnderstoodIsToldOnStandardErrorWithWhereToLook() {
        assertThat(run("lokc")).isEqualTo(64);
        assertThat(err.toString()).startsWith("tenure: ").contains("lokc").contains("Try 'tenure --help'.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpNamesTheServersCommandsToo() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("tenure server CONFIG");
    }

    @Test
    void aServerThatIsNoUrlIsNotUnderstood() {
        assertThat(run("lock", "ls", "--url", "nonsense")).isEqualTo(64);
        assertThat(err.toString())
                .startsWith("tenure: --url: servers: a base URL like http://127.0.0.1:8080; got nonsense");
    }
}
