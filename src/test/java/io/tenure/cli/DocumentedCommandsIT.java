package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of {@code docs/cli.md}, one after the other against a real server: they print what the document says, but for ids, numbers
 * and times.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedCommandsIT {
    private static final String NIGHTLY = "4f1c2a3e-90ab-4cde-8f01-23456789abcd";
    private static final String WAITER = "77aa2a3e-90ab-4cde-8f01-23456789abcd";

    private Running server;
    private long token;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        Api api = server.api();
        Reply nightly =
                api.put("/v1/locks/nightly/holds/" + NIGHTLY, "{'ttl':'1h','owner':'etl@a','reason':'close of month'}");
        token = nightly.number("/fencingToken");
        done(api.put("/v1/locks/nightly/holds/" + WAITER, "{'ttl':'1h','owner':'etl@b','wait':'100ms','queue':true}"));
        done(api.post("/v1/rwlocks/ledger", "{'ttl':'1h','owner':'report@a','mode':'read'}"));
        done(api.post("/v1/rwlocks/ledger", "{'ttl':'1h','owner':'report@b','mode':'read'}"));
        done(api.put("/v1/semaphores/bulk", "{'permits':5}"));
        done(api.post("/v1/semaphores/bulk", "{'ttl':'1h','owner':'bulk@a','count':2}"));
        for (int i = 7; i <= 8; i++) {
            done(api.post(
                    "/v1/elections/reports/candidates",
                    "{'ttl':'1h','id':'worker-" + i + "','value':'10.0.0." + i + ":9000'}"));
        }
        // which of them a cycle begins with depends on their ids
        String first = "01a2c07e-90ab-4cde-8f01-23456789abcd";
        String second = "02b2c07e-90ab-4cde-8f01-23456789abcd";
        done(api.put("/v1/leases/" + first, "{'ttl':'1h','owner':'move@a'}"));
        done(api.put("/v1/leases/" + second, "{'ttl':'1h','owner':'move@b'}"));
        done(api.put("/v1/locks/acct-1/holds/" + first, "{}"));
        done(api.put("/v1/locks/acct-2/holds/" + second, "{}"));
        done(api.put("/v1/locks/acct-2/holds/" + first, "{'wait':'100ms','queue':true}"));
        done(api.put("/v1/locks/acct-1/holds/" + second, "{'wait':'100ms','queue':true}"));
    }

    private static void done(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isBetween(200, 202);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** What a terminal shows. */
    private String shown(String command) {
        // a fencing token is another each time
        String current = command.replaceFirst("check nightly \\d+", "check nightly " + token);
        List<String> words = new ArrayList<>(CommandLines.words(current));
        words.add("--url=http://127.0.0.1:" + server.port());
        return CommandLines.run(words.subList(1, words.size()).toArray(String[]::new))
                .shown();
    }

    /** Without what is another each time: ids, numbers, times, and the spaces that depend on how long they are. */
    private static String lasting(String printed) {
        return printed.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID")
                .replaceAll("\\b\\d+(ms|s|m|h|d)( \\d+(s|m|h))?\\b", "TIME")
                .replaceAll("(\\d{4}-\\d\\d-\\d\\d[ T])?\\d\\d:\\d\\d:\\d\\d(\\.\\d{3}Z)?", "TIME")
                .replaceAll("tenure-\\S+|unknown|\\d+\\.\\d+\\.\\d+-?\\w*", "VERSION")
                .replaceAll("-?\\d+", "N")
                .replaceAll(" +", " ");
    }

    @Test
    void theyPrintWhatTheDocumentSays() {
        if (CommandLineDocument.WRITE) {
            CommandLineDocument.writeExamples(this::shown);
            return;
        }
        List<CommandLineDocument.Told> examples = CommandLineDocument.examples();
        assertThat(examples).hasSizeGreaterThan(25);
        for (CommandLineDocument.Told told : examples) {
            assertThat(lasting(shown(told.command()))).as(told.command()).isEqualTo(lasting(told.printed()));
        }
    }
}
