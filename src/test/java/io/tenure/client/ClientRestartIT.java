package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.client.Leadership.Led;
import io.tenure.name.Kind;
import io.tenure.testing.ServerProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed and started again under its clients. */
class ClientRestartIT {
    private static final Duration LONG = Duration.ofSeconds(90);

    @Test
    void whoLedLeadsOnAndEventsGoOnWithTheLastState(@TempDir Path folder) throws Exception {
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady();
                TenureClient tenure = TenureClient.connect(
                        "http://127.0.0.1:" + server.ports().http())) {
            Election election = tenure.election("reports").ttl(LONG);
            Diary diary = new Diary();
            List<Leadership> followed = new CopyOnWriteArrayList<>();
            Told told = new Told(Long.MAX_VALUE);
            tenure.events(Kind.LOCK, "nightly").subscribe(told);
            Hold hold = tenure.lock("nightly").ttl(LONG).acquire();
            try (Candidacy first = election.candidate("a").campaign(diary.of("a"));
                    Following following = election.follow(followed::add)) {
                await().until(first::isLeader);
                try (Candidacy second = election.candidate("b").campaign(diary.of("b"))) {
                    await().until(() -> candidates(server) == 1);
                    await().until(() -> following.latest() instanceof Led);
                    await().until(() -> told.names().contains("granted"));
                    Term term = first.term().orElseThrow();

                    server.kill();
                    server.start().awaitReady();
                    // whatever is done now is told, though nobody may have come back for it yet
                    server.api()
                            .delete("/v1/locks/nightly/holds/" + hold.lease().id());

                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> told.newest().data().path("holders").isEmpty());
                    assertThat(told.newest().name()).isIn("state", "ended");
                    await().atMost(Duration.ofSeconds(20)).until(() -> following.latest() instanceof Led);
                    assertThat(followed.stream().filter(Led.class::isInstance).distinct())
                            .singleElement()
                            .satisfies(led -> assertThat(((Led) led).id()).isEqualTo("a"));
                    assertThat(first.isLeader()).isTrue();
                    assertThat(diary.entries()).containsExactly("a elected");
                    assertThat(first.term()).containsSame(term);

                    first.resign();
                    await().atMost(Duration.ofSeconds(20)).until(second::isLeader);
                    assertThat(second.term().orElseThrow().fencingToken()).isGreaterThan(term.fencingToken());
                }
            }
            told.cancel();
        }
    }

    private static long candidates(ServerProgram server) {
        return server.api().get("/v1/elections/reports").number("/candidateCount");
    }
}
