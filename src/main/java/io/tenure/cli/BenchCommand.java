package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.cli.bench.Bench;
import io.tenure.cli.bench.Result;
import io.tenure.cli.bench.Work;
import io.tenure.client.TenureClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenure bench}: how much a running server does. */
@Command(
        name = "bench",
        description = {
            "Measures a running server, under names of its own that begin with bench-.",
            "",
            "Each connection does one operation after the other. WORK is one of",
            "  cycle      take a lock of one's own and give it back",
            "  contended  wait for the one lock that all want, take it and give it back",
            "  renew      renew a lease, one for each connection",
            "  election   stand for an office of one's own, lead, and resign",
            "  waiters    hand one lock on along a queue, from when it is given back until the next has it",
            "",
            "What it took it gives back, also when it is interrupted; its records stay in the audit log."
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure bench cycle --connections 64 --warm 10 --seconds 30")
final class BenchCommand extends Asking {
    private static final List<Double> PERCENTS = List.of(50.0, 90.0, 99.0);

    @Parameters(paramLabel = "WORK", description = "What is done.")
    private Work work = Work.CYCLE;

    @Option(names = "--connections", paramLabel = "N", description = "How many do it. Default: 16")
    private int connections = 16;

    @Option(names = "--seconds", paramLabel = "N", description = "How long it is measured. Default: 10")
    private int seconds = 10;

    @Option(names = "--warm", paramLabel = "N", description = "How many seconds it is done before. Default: 3")
    private int warm = 3;

    @Override
    void ask(TenureClient tenure, Output output) throws InterruptedException {
        if (connections < 1 || seconds < 1 || warm < 0) {
            throw misunderstood("--connections and --seconds are at least 1, --warm at least 0");
        }
        tenure.api().get("/v1/limits");
        Bench bench = new Bench(work, connections, urls(), Machine.clock(), Machine::nanos);
        Machine.Later ending = Machine.whenEnding(bench::stop);
        try {
            output.tell(json(measured(bench, output)), result -> tell(result, output));
        } finally {
            ending.cancel();
        }
    }

    private Result measured(Bench bench, Output output) throws InterruptedException {
        Progress progress = new Progress(output.err(), Progress.isTerminal());
        try {
            bench.start();
            go(bench, "warms up,", warm, progress);
            bench.measure();
            go(bench, work.word(), seconds, progress);
            return bench.result();
        } finally {
            progress.end();
            int left = bench.stop();
            if (left > 0) {
                output.err().println("tenure: " + left + " leases could not be given back, and end within 30 s");
            }
        }
    }

    /** Lets it work for so long. */
    private static void go(Bench bench, String what, int seconds, Progress progress) throws InterruptedException {
        CompletableFuture<Void> failed = bench.failed().toCompletableFuture();
        for (int second = 1; second <= seconds; second++) {
            try {
                failed.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException asItShould) {
                progress.tell(
                        what,
                        Duration.ofSeconds(second),
                        Duration.ofSeconds(seconds),
                        bench.result().perSecond());
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                throw new Failure("an operation has failed: " + (cause == null ? e : cause).getMessage());
            }
        }
    }

    private static ObjectNode json(Result result) {
        ObjectNode millis = instance.objectNode();
        PERCENTS.forEach(percent -> millis.put("p" + percent.intValue(), rounded(result.millis(percent))));
        millis.put("max", rounded(result.maxMillis()));
        return instance.objectNode()
                .put("work", result.work().word())
                .put("connections", result.connections())
                .put("seconds", rounded(result.time().toMillis() / 1000.0))
                .put("operations", result.operations())
                .put("perSecond", rounded(result.perSecond()))
                .set("millis", millis);
    }

    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }

    private static void tell(JsonNode result, Output output) {
        Table.print(
                output.out(),
                List.of(
                        Column.text("WORK", "work"),
                        Column.number("CONNECTIONS", "connections"),
                        number("SECONDS", "/seconds", "%.1f"),
                        number("OPERATIONS", "/operations", "%,.0f"),
                        number("PER SECOND", "/perSecond", "%,.0f"),
                        number("P50 MS", "/millis/p50", "%.2f"),
                        number("P90 MS", "/millis/p90", "%.2f"),
                        number("P99 MS", "/millis/p99", "%.2f"),
                        number("MAX MS", "/millis/max", "%.2f")),
                View.list(result));
    }

    private static Column number(String title, String pointer, String form) {
        return Column.figure(
                title, item -> String.format(Locale.ROOT, form, item.at(pointer).asDouble()));
    }
}
