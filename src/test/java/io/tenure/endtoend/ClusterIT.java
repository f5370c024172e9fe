package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three servers that form a cluster: any of them answers for any lease, and one may be killed. What was measured is printed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
    private static final Duration WRITES_AGAIN = Duration.ofSeconds(5);
    private static final int NAMES = 8;

    private final List<Reply> granted = new ArrayList<>();
    private ServerCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) {
        long began = System.nanoTime();
        cluster = ServerCluster.in(folder).start().awaitWhole();
        System.out.println("three servers: whole " + since(began).toMillis() + " ms after they were started");
    }

    @AfterEach
    void mend() {
        long began = System.nanoTime();
        cluster.mend();
        System.out.println("whole again after " + since(began).toMillis() + " ms");
        assertAudited();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void eachOfThemShowsAllOfThem() {
        Set<JsonNode> servers = new HashSet<>();
        Set<JsonNode> coordinators = new HashSet<>();
        for (int number : cluster.numbers()) {
            JsonNode shown = api(number).get("/v1/cluster").body();
            servers.add(shown.path("servers"));
            coordinators.add(shown.path("coordinator"));
            List<String> roles = new ArrayList<>();
            shown.path("ensemble").forEach(peer -> roles.add(peer.path("role").asText()));
            assertThat(roles).containsExactlyInAnyOrder("LEADER", "FOLLOWER", "FOLLOWER");
            assertThat(shown.at("/ensemble/0/id").asInt()).isEqualTo(1);
        }
        assertThat(servers).hasSize(1);
        assertThat(coordinators).hasSize(1);
        List<String> addresses = new ArrayList<>();
        servers.iterator()
                .next()
                .forEach(server -> addresses.add(server.path("address").asText()));
        assertThat(addresses).containsExactlyInAnyOrderElementsOf(cluster.urls());
    }

    @Test
    void aLeaseThatOneGrantedIsRenewedByTheSecondAndReleasedByTheThird() {
        Reply held = taken(1, "handed-round", "30s");
        String lease = held.text("/lease");
        String path = "/v1/locks/handed-round/holds/" + lease;

        assertThat(api(2).post("/v1/leases/" + lease + "/renew", null).status()).isEqualTo(200);
        assertThat(api(2).put(path, "{'ttl':'30s'}").number("/fencingToken")).isEqualTo(held.number("/fencingToken"));
        assertThat(api(3).post("/v1/locks/handed-round", "{'ttl':'30s'}").status())
                .isEqualTo(409);
        assertThat(api(3).delete(path).text("/endedBy")).isEqualTo("RELEASED");
        assertThat(taken(2, "handed-round", "1s").number("/fencingToken")).isGreaterThan(held.number("/fencingToken"));
    }

    @Test
    void whoWaitsAtOneIsGrantedWhatIsReleasedAtAnother() {
        Reply held = taken(1, "waited-for", "30s");
        var waiting = api(2).later("POST", "/v1/locks/waited-for", "{'ttl':'30s','wait':'20s'}");
        await().until(() -> api(3).get("/v1/locks/waited-for").number("/queueLength") == 1);

        assertThat(api(3).delete("/v1/locks/waited-for/holds/" + held.text("/lease"))
                        .status())
                .isEqualTo(200);
        assertThat(waiting.join().status()).isEqualTo(201);
        granted.add(waiting.join());
    }

    @Test
    void whoWaitsAtAServerThatIsKilledFindsItsPlaceAtAnother() {
        int killed = cluster.but(cluster.zooKeeperLeader().orElseThrow()).get(0);
        int asked = cluster.but(killed).get(0);
        Reply held = taken(asked, "kept-place", "10m");
        String first = "/v1/locks/kept-place/holds/" + Api.newLease();
        String second = "/v1/locks/kept-place/holds/" + Api.newLease();
        String wanted = "{'ttl':'30s','wait':'60s'}";
        var cutOff = api(killed).later("PUT", first, wanted);
        await().until(() -> api(asked).get("/v1/locks/kept-place").number("/queueLength") == 1);
        var behind = api(asked).later("PUT", second, wanted);
        await().until(() -> api(asked).get("/v1/locks/kept-place").number("/queueLength") == 2);

        cluster.server(killed).kill();
        long began = System.nanoTime();
        assertThat(cutOff).failsWithin(Duration.ofSeconds(5));
        var again = api(asked).later("PUT", first, wanted);
        Reply released = api(asked).delete("/v1/locks/kept-place/holds/" + held.text("/lease"));
        assertThat(released.status()).as("%s", released).isEqualTo(200);
        Reply next = again.join();
        System.out.println("server that is waited on killed: granted at another after "
                + since(began).toMillis() + " ms");

        assertThat(next.status()).as("%s", next).isIn(200, 201);
        assertThat(behind).isNotDone();
        assertThat(api(asked).delete(first).status()).isEqualTo(200);
        assertThat(behind.join().number("/fencingToken")).isGreaterThan(next.number("/fencingToken"));
        granted.addAll(List.of(next, behind.join()));
    }

    @Test
    void theCoordinatorIsKilledAndAnotherEndsWhatNobodyRenews() {
        int killed = cluster.coordinator(1).orElseThrow();
        int asked = cluster.but(killed).get(0);
        long epoch = api(asked).get("/v1/cluster").number("/coordinator/epoch");
        Reply unattended = taken(asked, "unattended", "3s");
        Reply kept = taken(asked, "kept", "10m");

        cluster.server(killed).kill();
        long began = System.nanoTime();
        // it may have led ZooKeeper as well
        await().atMost(WRITES_AGAIN)
                .until(() -> api(asked)
                                .post("/v1/leases/" + kept.text("/lease") + "/renew", null)
                                .status()
                        == 200);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cluster.coordinator(asked).orElse(killed) != killed);
        System.out.println("coordinator killed: another after " + since(began).toMillis() + " ms");
        assertThat(api(asked).get("/v1/cluster").number("/coordinator/epoch")).isGreaterThan(epoch);
        String path = "/v1/locks/unattended/holds/" + unattended.text("/lease");
        await().atMost(Duration.ofSeconds(30)).until(() -> api(asked).get(path).status() == 410);
        System.out.println("coordinator killed: a lease of 3 s had ended after "
                + since(began).toMillis() + " ms");
        assertThat(api(asked).get(path).text("/endedBy")).isEqualTo("EXPIRED");
        assertThat(api(asked).get("/v1/leases/" + kept.text("/lease")).text("/state"))
                .isEqualTo("LIVE");
    }

    @Test
    void theLeaderOfZooKeeperIsKilledAndTheOthersSoonWriteAgain() {
        int killed = cluster.zooKeeperLeader().orElseThrow();
        Reply kept = taken(killed, "kept-over", "10m");

        cluster.server(killed).kill();
        long began = System.nanoTime();
        for (int number : cluster.but(killed)) {
            // so many names that each session of the server carries some of them
            for (int i = 0; i < NAMES; i++) {
                String path = "/v1/locks/again-" + number + "-" + i + "/holds/" + Api.newLease();
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> written(number, path));
            }
            System.out.println("leader killed: server " + number + " writes again after "
                    + since(began).toMillis() + " ms");
        }
        assertThat(since(began)).isLessThan(WRITES_AGAIN);
        for (int number : cluster.but(killed)) {
            Reply found = api(number).get("/v1/locks/kept-over/holds/" + kept.text("/lease"));
            assertThat(found.number("/fencingToken")).as("%s", found).isEqualTo(kept.number("/fencingToken"));
            assertThat(api(number).get("/health/ready").status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                JsonNode shown = api(number).get("/v1/cluster").body();
                return shown.path("reasons").toString().contains("ZooKeeper peer " + killed + " at ")
                        && shown.path("level").asText().equals("DEGRADED");
            });
        }
    }

    private boolean written(int number, String path) {
        Reply reply = api(number).put(path, "{'ttl':'10m'}");
        if (reply.status() == 201 || reply.status() == 200) {
            granted.add(reply);
            return true;
        }
        return false;
    }

    private Reply taken(int number, String lock, String ttl) {
        Reply held = api(number).post("/v1/locks/" + lock, "{'ttl':'" + ttl + "'}");
        assertThat(held.status()).as("%s", held).isEqualTo(201);
        granted.add(held);
        return held;
    }

    /** Every grant that was acknowledged is in the log once, which has all its numbers, whichever server is asked. */
    private void assertAudited() {
        for (int number : cluster.numbers()) {
            List<AuditEvent> events = AuditEvent.all(api(number));
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).number()).isEqualTo(i + 1L);
            }
            for (Reply held : granted) {
                assertThat(events)
                        .filteredOn(event -> event.action().equals("GRANTED")
                                && event.lease().equals(held.text("/lease"))
                                && event.token() == held.number("/fencingToken"))
                        .as("%s", held)
                        .hasSize(1);
            }
        }
    }

    private Api api(int number) {
        return cluster.server(number).api();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
