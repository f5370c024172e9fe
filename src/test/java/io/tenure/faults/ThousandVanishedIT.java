package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand clients that wait for one lock and vanish in one moment. */
@Tag("alone")
class ThousandVanishedIT {
    private static final int MANY = 1_000;
    private static final Duration NEXT_GRANT = Duration.ofSeconds(5);
    private static final String LOCK = "/v1/locks/crowded";
    private static final String WAITING = "{'ttl':'60s','wait':'55s'}";

    @Test
    void theNextIsGrantedSoonAndNothingOfThemStays(@TempDir Path folder) throws IOException {
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady()) {
            Api api = server.api();
            assertThat(api.post("/v1/locks/other", "{'ttl':'60s'}").status()).isEqualTo(201);
            long filesBefore = openFiles(server);
            Reply holder = api.post(LOCK, "{'ttl':'10m'}");
            List<RawClient> vanishing = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                vanishing.add(new RawClient(server.ports().http(), "POST", LOCK, WAITING));
            }
            awaitQueue(api, MANY);
            CompletableFuture<Reply> alive = api.later("POST", LOCK, WAITING);
            awaitQueue(api, MANY + 1);
            assertThat(openFiles(server)).isGreaterThanOrEqualTo(filesBefore + MANY);
            assertThat(waiters(server)).isGreaterThan(MANY);

            long vanished = System.nanoTime();
            vanishing.forEach(RawClient::close);
            assertThat(api.delete(LOCK + "/holds/" + holder.text("/lease")).status())
                    .isEqualTo(200);
            Duration longest = longestAnswerUntil(alive, api);
            Duration took = Duration.ofNanos(System.nanoTime() - vanished);
            Reply granted = alive.join();
            assertThat(granted.status()).as("%s", granted).isEqualTo(201);
            awaitQueue(api, 0);
            assertThat(api.get(LOCK).text("/holders/0/lease")).isEqualTo(granted.text("/lease"));
            Duration clean = Duration.ofNanos(System.nanoTime() - vanished);
            System.out.println(MANY + " vanished at once: the next was granted after " + took.toMillis()
                    + " ms, no place was left after " + clean.toMillis()
                    + " ms, the longest cycle on another lock meanwhile took "
                    + longest.toMillis() + " ms");
            assertThat(took).isLessThan(NEXT_GRANT);
            assertThat(longest).isLessThan(Duration.ofSeconds(2));

            await().atMost(Duration.ofSeconds(10)).until(() -> openFiles(server) <= filesBefore + 10);
            await().atMost(Duration.ofSeconds(20)).until(() -> waiters(server) == 0);
            assertThat(server.errors()).noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
        }
    }

    private static Duration longestAnswerUntil(CompletableFuture<Reply> done, Api api) {
        long longest = 0;
        while (!done.isDone()) {
            long began = System.nanoTime();
            String hold = "/v1/locks/elsewhere/holds/" + Api.newLease();
            assertThat(api.put(hold, "{'ttl':'60s'}").status()).isEqualTo(201);
            assertThat(api.delete(hold).status()).isEqualTo(200);
            longest = Math.max(longest, System.nanoTime() - began);
        }
        return Duration.ofNanos(longest);
    }

    private static long openFiles(ServerProgram server) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(server.pid()), "fd"))) {
            return files.count();
        }
    }

    /** How many waiting requests the server has in memory, garbage not counted. */
    private static long waiters(ServerProgram server) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(server.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(jcmd.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> all = lines.lines().toList();
            assertThat(all).anyMatch(line -> line.contains("java.lang.String"));
            return all.stream()
                    .filter(line -> line.contains(" io.tenure.queue.Waiter"))
                    .map(line -> line.strip().split(" +"))
                    .filter(columns -> columns[3].equals("io.tenure.queue.Waiter"))
                    .mapToLong(columns -> Long.parseLong(columns[1]))
                    .sum();
        }
    }

    private static void awaitQueue(Api api, int length) {
        await().atMost(Duration.ofSeconds(60)).until(() -> api.get(LOCK).number("/queueLength") == length);
    }
}
