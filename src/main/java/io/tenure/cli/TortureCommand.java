package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.cli.torture.Report;
import io.tenure.cli.torture.Settings;
import io.tenure.cli.torture.Torture;
import io.tenure.cli.torture.Violation;
import io.tenure.client.TenureClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenure torture}: whether running servers keep their promises. */
@Command(
        name = "torture",
        description = {
            "Tries to catch running servers breaking a promise, under names of its own that begin with torture-.",
            "",
            "Many clients take and lose, keep and forget locks, read/write locks, permits and offices; they repeat",
            "requests at other servers, vanish, sleep over their deadlines, come late. What they ask and are told",
            "is written down and checked, together with the audit log: one holder, tokens that grow, first come",
            "first served, each grant and each end once in the log, no lease that ends early, none that comes back.",
            "Kill and cut off servers meanwhile. A broken promise is shown with the shortest piece of history that",
            "breaks it.",
            "",
            "What it took it gives back, also when it is interrupted; its records stay in the audit log."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every promise was kept",
            "1:one was not",
            "64:the command line is not understood",
            "69:no server has answered, or the audit log could not be read"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tenure torture --seconds 30",
            "  tenure torture --url http://a:8080,http://b:8080,http://c:8080 --minutes 60 --clients 128 --seed 7"
        })
final class TortureCommand extends Asking {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--minutes", paramLabel = "N", description = "How long. Default: 1")
    private @Nullable Integer minutes;

    @Option(names = "--seconds", paramLabel = "N", description = "How long, instead of --minutes.")
    private @Nullable Integer seconds;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "How many, each with one request at a time. Default: 32")
    private int clients = 32;

    @Option(
            names = "--brief",
            paramLabel = "N",
            description =
                    "How many of them only take a lock that nobody else wants and give it back: more cycles, less trouble."
                            + " Default: 0")
    private int brief;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "How many holds they begin to ask for in a second at most. Default: as many as they can")
    private double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Of the clients' choices: with the same seed each makes the same ones in turn. Default: another each time")
    private @Nullable Long seed;

    @Option(
            names = "--keep-history",
            paramLabel = "FILE",
            description = "Write each request with its answer, and what the audit log has, as JSON, one a line.")
    private @Nullable Path history;

    @Override
    void ask(TenureClient tenure, Output output) throws InterruptedException {
        long length = seconds != null ? seconds : minutes != null ? 60L * minutes : 60;
        if (brief < 0 || brief > clients) {
            throw misunderstood("--brief is at least 0, and at most as many as --clients");
        }
        if (clients < 1 || length < 1 || rate < 0 || (seconds != null && minutes != null)) {
            throw misunderstood("--clients and --minutes or --seconds are at least 1, --rate at least 0");
        }
        tenure.api().get("/v1/limits");
        long drawn = seed != null ? seed : Machine.nanos() & 0xffff_ffffL;
        Settings settings = new Settings(urls(), clients, brief, drawn, rate, Settings.CHAPTER, history);
        Report report = tortured(settings, length, output);
        output.tell(json(report), result -> tell(report, output));
        if (report.left() > 0) {
            output.remark(report.left() + " leases could not be given back, and end by themselves");
        }
        if (report.found() > 0) {
            throw new Failure(report.found() + (report.found() == 1 ? " promise was" : " promises were") + " broken");
        }
        if (report.unread() > 0) {
            throw new Failure(
                    Exit.CANNOT_TELL,
                    "the audit log was not complete within " + PATIENCE.toSeconds() + " s; nothing else was found");
        }
    }

    private static Report tortured(Settings settings, long length, Output output) throws InterruptedException {
        Torture torture;
        try {
            torture = Torture.start(settings, Machine.clockwork());
        } catch (IOException e) {
            throw new Failure("the history cannot be kept: " + e.getMessage());
        }
        Machine.Later ending = Machine.whenEnding(torture::abandon);
        Progress progress = new Progress(output.err(), Progress.isTerminal());
        try {
            for (long second = 1; second <= length; second++) {
                Machine.pause(Duration.ofSeconds(1));
                progress.tell(
                        torture.violations() == 0 ? "no violation," : torture.violations() + " violations,",
                        Duration.ofSeconds(second),
                        Duration.ofSeconds(length),
                        torture.cycles() / (double) second);
            }
            return torture.stop(PATIENCE);
        } finally {
            progress.end();
            ending.cancel();
        }
    }

    private static ObjectNode json(Report report) {
        ObjectNode json = instance.objectNode()
                .put("prefix", report.prefix())
                .put("seed", report.seed())
                .put("millis", report.time().toMillis())
                .put("calls", report.calls())
                .put("cycles", report.cycles())
                .put("cyclesPerSecond", Math.round(report.perSecond()))
                .put("grants", report.grants())
                .put("events", report.events())
                .put("longestGapMillis", report.longestGap().toMillis())
                .put("violations", report.found());
        ObjectNode outcomes = json.putObject("answers");
        new TreeMap<>(report.outcomes()).forEach(outcomes::put);
        ArrayNode broken = json.putArray("broken");
        for (Violation violation : report.violations()) {
            broken.addObject()
                    .put("rule", violation.rule().name())
                    .put("kind", violation.thing().kind().wire())
                    .put("name", violation.thing().name())
                    .put("detail", violation.what());
        }
        return json;
    }

    private static void tell(Report report, Output output) {
        report.lines().forEach(output.out()::println);
        Table.print(
                output.out(),
                List.of(
                        figure("CALLS", "calls"),
                        figure("CYCLES", "cycles"),
                        figure("PER SECOND", "cyclesPerSecond"),
                        figure("GRANTS", "grants"),
                        figure("IN THE LOG", "events"),
                        figure("LONGEST GAP MS", "longestGapMillis"),
                        figure("VIOLATIONS", "violations"),
                        Column.number("SEED", "seed")),
                View.list(json(report)));
        String answers = new TreeMap<>(report.outcomes())
                .entrySet().stream()
                        .map(answer -> String.format(Locale.ROOT, "%,d x %s", answer.getValue(), answer.getKey()))
                        .collect(Collectors.joining(", "));
        output.out().println();
        output.out().println("Answers: " + answers);
    }

    private static Column figure(String title, String field) {
        return Column.figure(
                title,
                item -> String.format(Locale.ROOT, "%,d", item.path(field).asLong()));
    }
}
