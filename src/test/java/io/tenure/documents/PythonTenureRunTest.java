package io.tenure.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/examples/tenure_run.py} keeps the rule for clients, as a program and as a module. */
class PythonTenureRunTest extends TenureRunContract {
    private static final Path FILE = Repository.TOP.resolve("docs/examples/tenure_run.py");

    PythonTenureRunTest() throws IOException {
        super(Duration.ofSeconds(3));
    }

    @Override
    List<String> program() {
        return List.of("python3", FILE.toString());
    }

    @Test
    void aBlockHoldsTheLockAndGivesItBack() throws Exception {
        Run run = module("""
                with tenure.lock("nightly", ttl=3) as hold:
                    print(hold.token, hold.held())
                print(hold.held())
                """);

        assertThat(run.output()).isEqualTo("4711 True\nFalse\n");
        assertThat(sent("DELETE")).hasSize(1);
    }

    @Test
    void aBlockIsToldThatItsLockIsLost() throws Exception {
        given("POST", new Answer(200, live), new Answer(410, REVOKED));

        Run run = module("""
                try:
                    with tenure.lock("nightly", ttl=3) as hold:
                        while hold.held():
                            time.sleep(0.05)
                        print("stopped")
                except tenure.Lost as lost:
                    print(lost)
                """);

        assertThat(run.output()).isEqualTo("stopped\nnightly is lost: revoked by anna\n");
    }

    @Test
    void aBlockThatCannotHaveTheLockDoesNotRun() throws Exception {
        given("PUT", new Answer(409, "{\"code\":\"HELD\",\"detail\":\"nightly is held by b@c\"}"));

        Run run = module("""
                try:
                    with tenure.lock("nightly", wait=0) as hold:
                        print("ran")
                except tenure.Held as held:
                    print(held)
                """);

        assertThat(run.output()).isEqualTo("nightly: nightly is held by b@c\n");
    }

    private Run module(String block) throws IOException, InterruptedException {
        String begin =
                "import sys, time; sys.path.insert(0, '" + FILE.getParent() + "'); import tenure_run as tenure\n";
        return start(List.of("python3", "-B", "-c", begin + block)).end();
    }
}
