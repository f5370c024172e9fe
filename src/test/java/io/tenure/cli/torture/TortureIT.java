package io.tenure.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.BrokenForwarder;
import io.tenure.testing.Running;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.ThisMachine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load on real servers: nothing is found where nothing is wrong, also when they are killed, and what is broken on purpose is. */
class TortureIT {
    private static final int SECONDS = Integer.getInteger("seconds", 12);
    private static final long SEED = Long.getLong("seed", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Torture start(URI server, int clients) throws IOException {
        Settings settings = Settings.of(List.of(server), clients, SEED).withChapter(Duration.ofSeconds(4));
        return Torture.start(settings, new ThisMachine());
    }

    private static URI at(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static void awaitCycles(Torture torture, long more) {
        long until = torture.cycles() + more;
        await().atMost(Duration.ofSeconds(60)).until(() -> torture.cycles() >= until);
    }

    private static void awaitSeconds(int seconds) {
        await().pollDelay(Duration.ofSeconds(seconds))
                .atMost(Duration.ofSeconds(seconds + 10))
                .until(() -> true);
    }

    /** Nothing is found, and the load did what it is for: it was refused for each reason that it provokes, and for no other. */
    private static void assertClean(Report report) {
        assertThat(report.lines()).isEmpty();
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.chapters()).isPositive();
        assertThat(report.events()).isGreaterThan(report.grants());
        assertThat(report.outcomes().keySet())
                .contains("200", "201", "202", "409 HELD", "410 LEASE_ENDED", "410 TOKEN_ENDED", "no answer")
                .noneMatch(outcome -> outcome.startsWith("400") || outcome.contains("PATH_UNKNOWN"));
        System.out.printf(
                "torture: %d cycles in %d ms, %d calls, %d events, longest time without a grant %d ms%n",
                report.cycles(),
                report.time().toMillis(),
                report.calls(),
                report.events(),
                report.longestGap().toMillis());
    }

    @Test
    void aServerThatWorksBreaksNoPromise(@TempDir Path folder) throws IOException, InterruptedException {
        try (Running server = Running.start(folder)) {
            Torture torture = start(at(server.port()), 32);
            awaitSeconds(SECONDS);
            Report report = torture.stop(PATIENCE);

            assertClean(report);
            assertThat(report.left()).isZero();
            assertThat(server.api()
                            .get("/v1/semaphores?prefix=" + torture.prefix())
                            .body()
                            .at("/items"))
                    .isEmpty();
        }
    }

    @Test
    void aServerThatIsKilledAndStartedAgainBreaksNoPromise(@TempDir Path folder)
            throws IOException, InterruptedException {
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady()) {
            List<URI> servers = List.of(at(server.ports().http()));
            // snippet: load
            Torture torture = Torture.start(Settings.of(servers, 32, SEED), new ThisMachine());
            awaitCycles(torture, 200);
            torture.mark("killed");
            server.kill();
            server.start().awaitReady();
            torture.mark("started again");
            awaitCycles(torture, 200);
            Report report = torture.stop(PATIENCE);
            assertThat(report.lines()).isEmpty();
            assertThat(report.isClean()).isTrue();
            // end: load
            assertClean(report);
            assertThat(report.marks()).extracting(Report.Marked::what).containsExactly("killed", "started again");
            assertThat(report.marks().get(0).longestGap()).isPositive();
            report.marks()
                    .forEach(mark -> System.out.printf(
                            "torture: %s, then %d ms without a grant%n",
                            mark.what(), mark.longestGap().toMillis()));
        }
    }

    @Test
    void exclusionThatIsBrokenOnPurposeIsFoundAndShownInAFewLines(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path kept = folder.resolve("history.json");
        try (Running server = Running.start(folder);
                BrokenForwarder broken = new BrokenForwarder(server.port())) {
            Settings settings = new Settings(List.of(broken.uri()), 32, 0, SEED, 0, Duration.ofSeconds(4), kept);
            Torture torture = Torture.start(settings, new ThisMachine());
            await().atMost(Duration.ofSeconds(60)).until(() -> torture.violations() > 0);
            Report report = torture.stop(PATIENCE);

            assertThat(broken.lies()).isPositive();
            assertThat(report.isClean()).isFalse();
            Violation found = report.violations().stream()
                    .filter(violation -> violation.rule() == Rule.EXCLUSION)
                    .findFirst()
                    .orElseThrow();
            assertThat(found.leases()).hasSizeBetween(2, 4);
            assertThat(Piece.lines(found)).hasSizeLessThan(30).anyMatch(line -> line.contains("take A"));
            assertThat(Checker.check(found.calls(), Log.UNREAD))
                    .as("the piece alone shows it")
                    .anyMatch(violation -> violation.rule() == Rule.EXCLUSION);
            assertThat(Files.readAllLines(kept)).hasSizeGreaterThanOrEqualTo((int) report.calls());
            Piece.lines(found).forEach(System.out::println);
        }
    }
}
