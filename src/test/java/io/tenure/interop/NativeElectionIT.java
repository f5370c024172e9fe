package io.tenure.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.leader.Participant;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Elections that Curator's {@code LeaderLatch} and HTTP candidates share, and locks that its {@code LeaderSelector} does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeElectionIT {
    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final int SOON = 10;

    private Running server;
    private Api api;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void nativeLatchesAndHttpCandidatesLeadOneAtATime() throws Exception {
        ElectionContention contention = new ElectionContention("shared", LENGTH);
        for (int i = 0; i < 4; i++) {
            contention.addNative(server.zooKeeperPort());
            contention.addOverHttp(server.api());
        }
        contention.await();

        assertThat(contention.faults()).isEmpty();
        assertOneAtATime(contention.counter());
        assertThat(contention.natives()).isGreaterThan(20);
        assertThat(contention.overHttp()).isGreaterThan(20);
        Reply over = api.get("/v1/elections/shared");
        assertThat(over.body().at("/leader").isNull()).as("%s", over).isTrue();
        assertThat(over.number("/candidateCount")).isZero();
        System.out.println(
                "terms in 20 s: " + contention.natives() + " native, " + contention.overHttp() + " over HTTP");
    }

    @Test
    void nativeSelectorsAndHttpClientsHoldALockOneAtATime() throws Exception {
        Contention contention = new Contention("selected", LENGTH);
        AtomicInteger selected = new AtomicInteger();
        List<AutoCloseable> natives = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CuratorFramework curator = curator();
            LeaderSelector selector =
                    new LeaderSelector(curator, "/tenure/locks/selected", new LeaderSelectorListenerAdapter() {
                        @Override
                        public void takeLeadership(CuratorFramework client) {
                            contention.counter().increment();
                            selected.incrementAndGet();
                        }
                    });
            selector.autoRequeue();
            selector.start();
            natives.add(curator);
            natives.add(0, selector);
            contention.addOverHttp(server.api());
        }
        contention.await();
        for (AutoCloseable each : natives) {
            each.close();
        }

        assertThat(contention.faults()).isEmpty();
        assertOneAtATime(contention.counter());
        assertThat(selected.get()).isGreaterThan(20);
        assertThat(contention.overHttp()).isGreaterThan(20);
        System.out.println("holds in 20 s: " + selected + " by selectors, " + contention.overHttp() + " over HTTP");
    }

    private static void assertOneAtATime(UnguardedCounter counter) {
        assertThat(counter.overlaps()).isZero();
        assertThat(counter.value()).isEqualTo(counter.visits());
    }

    @Test
    void eachSideSeesTheOtherByItsId() throws Exception {
        try (NativeCandidate one = candidate("seen", "native-1");
                NativeCandidate two = candidate("seen", "native-2")) {
            Reply leads = campaign("seen", "worker-7");
            one.campaign();
            awaitCandidates("seen", 1);
            campaign("seen", "worker-8");
            two.campaign();
            awaitCandidates("seen", 3);

            assertThat(one.latch().getLeader()).isEqualTo(new Participant("worker-7", true));
            assertThat(one.latch().getParticipants())
                    .extracting(Participant::getId)
                    .containsExactly("worker-7", "native-1", "worker-8", "native-2");
            assertThat(api.get("/v1/elections/seen").body().findValuesAsText("id"))
                    .containsExactly("worker-7", "native-1", "worker-8", "native-2");

            resign("seen", leads);
            assertThat(one.leads(SOON)).isTrue();
            Reply look = api.get("/v1/elections/seen");
            assertThat(look.text("/leader/id")).isEqualTo("native-1");
            assertThat(look.body().at("/leader/native").asBoolean()).isTrue();
            assertThat(look.has("/term")).isFalse();
            assertThat(two.latch().getLeader()).isEqualTo(new Participant("native-1", true));

            one.resign();
            awaiting().until(() -> leader("seen").equals("worker-8"));
            assertThat(two.latch().getLeader()).isEqualTo(new Participant("worker-8", true));
        }
    }

    @Test
    void aNativeBehindALeaderThatProclaimsIsNextAllTheSame() throws Exception {
        try (NativeCandidate latch = candidate("proclaimed", "native")) {
            Reply leads = campaign("proclaimed", "worker");
            latch.campaign();
            awaitCandidates("proclaimed", 1);
            assertThat(api.put(path("proclaimed", leads) + "/value", "{'value':'10.0.0.7:9000'}")
                            .status())
                    .isEqualTo(200);

            resign("proclaimed", leads);

            assertThat(latch.leads(SOON)).isTrue();
        }
    }

    @Test
    void aNativeBehindACandidateThatComesToLeadIsNextAllTheSame() throws Exception {
        try (NativeCandidate first = candidate("pulled", "first");
                NativeCandidate last = candidate("pulled", "last")) {
            assertThat(first.campaign().leads(SOON)).isTrue();
            Reply follows = campaign("pulled", "worker");
            last.campaign();
            awaitCandidates("pulled", 2);
            first.resign();
            awaiting().until(() -> leader("pulled").equals("worker"));

            resign("pulled", follows);

            assertThat(last.leads(SOON)).isTrue();
        }
    }

    @Test
    void aNativeBehindALeaderThatIsAskedToEndIsNextAllTheSame() throws Exception {
        try (NativeCandidate latch = candidate("asked", "native")) {
            Reply leads = campaign("asked", "worker");
            latch.campaign();
            awaitCandidates("asked", 1);
            assertThat(api.post("/v1/leases/" + leads.text("/lease") + "/revoke", "{'reason':'INC-1'}")
                            .status())
                    .isEqualTo(202);

            resign("asked", leads);

            assertThat(latch.leads(SOON)).isTrue();
        }
    }

    @Test
    void nativesKeepTheirPlacesAcrossTransfers() throws Exception {
        try (NativeCandidate first = candidate("moved", "native-1");
                NativeCandidate second = candidate("moved", "native-2")) {
            List<Reply> candidates = new ArrayList<>();
            candidates.add(campaign("moved", "worker-0"));
            first.campaign();
            awaitCandidates("moved", 1);
            for (int i = 1; i <= 3; i++) {
                candidates.add(campaign("moved", "worker-" + i));
            }
            second.campaign();
            awaitCandidates("moved", 5);

            assertThat(transfer("moved", "worker-1", true).status()).isEqualTo(200);
            assertThat(transfer("moved", "worker-2", false).status()).isEqualTo(202);
            resign("moved", candidates.get(1));
            awaiting().until(() -> leader("moved").equals("worker-2"));
            assertThat(first.latch().hasLeadership()).isFalse();
            assertThat(first.latch().getLeader()).isEqualTo(new Participant("worker-2", true));
            assertThat(transfer("moved", "worker-3", true).status()).isEqualTo(200);
            assertThat(first.nodeStands() && second.nodeStands()).isTrue();
            assertThat(transfer("moved", "native-2", true).text("/code")).isEqualTo("NATIVE_HOLDER");

            resign("moved", candidates.get(3));
            assertThat(first.leads(SOON)).isTrue();
            assertThat(second.latch().hasLeadership()).isFalse();
            CompletableFuture<Reply> back =
                    api.later("POST", "/v1/elections/moved/candidates", "{'ttl':'30s','wait':'30s','id':'worker-4'}");
            awaitCandidates("moved", 2);
            assertThat(transfer("moved", "worker-4", true).text("/code")).isEqualTo("NATIVE_HOLDER");
            first.resign();
            assertThat(second.leads(SOON)).isTrue();
            second.resign();
            assertThat(back.join().status()).isEqualTo(201);
        }
    }

    private NativeCandidate candidate(String election, String id) {
        return new NativeCandidate(server.zooKeeperPort(), election, id);
    }

    private CuratorFramework curator() {
        CuratorFramework curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + server.zooKeeperPort(), 10_000, 10_000, new RetryOneTime(100));
        curator.start();
        return curator;
    }

    private Reply campaign(String election, String id) {
        Reply reply = api.post("/v1/elections/" + election + "/candidates", "{'ttl':'1m','id':'" + id + "'}");
        assertThat(reply.status()).as("%s", reply).isIn(201, 202);
        return reply;
    }

    private Reply transfer(String election, String to, boolean immediately) {
        return api.post(
                "/v1/elections/" + election + "/transfer",
                "{'to':'" + to + "','reason':'x','immediately':" + immediately + "}");
    }

    private void resign(String election, Reply candidate) {
        assertThat(api.delete(path(election, candidate)).status()).isEqualTo(200);
    }

    private static String path(String election, Reply candidate) {
        return "/v1/elections/" + election + "/candidates/" + candidate.text("/lease");
    }

    private String leader(String election) {
        return api.get("/v1/elections/" + election).text("/leader/id");
    }

    private void awaitCandidates(String election, int count) {
        awaiting().until(() -> api.get("/v1/elections/" + election).number("/candidateCount") == count);
    }

    private static ConditionFactory awaiting() {
        return await().atMost(Duration.ofSeconds(SOON)).pollInterval(Duration.ofMillis(20));
    }
}
