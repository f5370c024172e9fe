package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.app.Elsewhere;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.TcpProxy.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elections while ZooKeeper is away: who leads cannot be told then, and is not told from memory. */
class LeaderUnknownIT {
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final String ELECTION = "/v1/elections/unknown";

    private Elsewhere elsewhere;
    private Running server;
    private Api api;

    @BeforeEach
    void start(@TempDir Path folder) {
        elsewhere = new Elsewhere(folder.resolve("elsewhere"), Running.freePort());
        server = Running.start(
                folder.resolve("data"), elsewhere::application, "zookeeper.sessionTimeout", SESSION.toSeconds() + "s");
        api = server.api();
    }

    @AfterEach
    void stop() {
        server.close();
        elsewhere.close();
    }

    @Test
    void nobodyIsToldWhoLeadsUntilItCanBeToldAgain() {
        String leader = ELECTION + "/candidates/" + Api.newLease();
        String follower = ELECTION + "/candidates/" + Api.newLease();
        long term = api.put(leader, "{'ttl':'60s','id':'a'}").number("/term");
        api.put(follower, "{'ttl':'60s','id':'b'}");
        String revision = api.get(ELECTION).text("/revision");
        // somebody follows, so that this server knows how the election stood last
        CompletableFuture<Reply> following = api.later("GET", ELECTION + "?wait=60s&after=" + revision, null);
        CompletableFuture<Reply> waiting = api.later("PUT", follower, "{'ttl':'60s','id':'b','wait':'60s'}");
        assertThat(api.get(ELECTION + "?wait=1s&after=" + api.get(ELECTION).text("/revision"))
                        .status())
                .isEqualTo(200);

        elsewhere.link().stall(Way.TO_SERVER);
        elsewhere.link().stall(Way.TO_CLIENT);
        CompletableFuture<Reply> fromMemory = api.later("GET", ELECTION + "?wait=1s&after=0", null);
        CompletableFuture<Reply> candidate = api.later("GET", follower + "?wait=1s&after=LEADING", null);
        refused(fromMemory.join());
        refused(candidate.join());
        await().atMost(SESSION.plusSeconds(5))
                .until(() -> api.get("/health/ready").text("/level").equals("SUSPENDED"));
        List.of(
                        api.get(ELECTION),
                        api.get(ELECTION + "?wait=1s&after=0"),
                        api.get(ELECTION + "?wait=1s&afterTerm=" + term),
                        api.get("/v1/elections"),
                        api.get(leader),
                        api.get(ELECTION + "/tokens/" + term),
                        api.put(leader, "{'ttl':'60s','id':'a'}"),
                        api.put(leader + "/value", "{'value':'x'}"),
                        api.post(ELECTION + "/candidates", "{'ttl':'60s'}"),
                        api.post(ELECTION + "/transfer", "{'to':'b','reason':'x','immediately':true}"),
                        api.delete(leader))
                .forEach(LeaderUnknownIT::refused);
        assertThat(following).isNotDone();
        assertThat(waiting).isNotDone();

        elsewhere.link().heal();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> api.get("/health/ready").status() == 200);
        await().atMost(Duration.ofSeconds(20)).until(() -> api.delete(leader).status() == 200);
        Reply next = waiting.join();
        assertThat(next.text("/state")).isEqualTo("LEADING");
        assertThat(next.number("/term")).isGreaterThan(term);
        assertThat(following.join().number("/term")).isNotEqualTo(term);
    }

    private static void refused(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(503);
        assertThat(reply.text("/code")).isEqualTo("STORE_UNAVAILABLE");
        assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }
}
