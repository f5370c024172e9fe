package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.client.Leadership.Led;
import io.tenure.client.Leadership.Unknown;
import io.tenure.client.Leadership.Vacant;
import io.tenure.client.Loss.Cause;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Candidates and followers of elections on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CandidacyIT {
    private Running server;
    private TenureClient tenure;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        tenure = TenureClient.builder()
                .servers(List.of(java.net.URI.create("http://127.0.0.1:" + server.port())))
                .ttl(Duration.ofSeconds(20))
                .build();
    }

    @AfterAll
    void stop() {
        tenure.close();
        server.close();
    }

    @Test
    void whenTheLeaderClosesTheOtherLeads() {
        Election election = tenure.election("handed-on");
        Diary diary = new Diary();
        Candidacy first = election.candidate("a").campaign(diary.of("a"));
        await().until(first::isLeader);
        Candidacy second = election.candidate("b").campaign(diary.of("b"));
        await().until(() -> candidates("handed-on") == 1);

        first.close();

        await().until(second::isLeader);
        second.close();
        assertThat(diary.entries())
                .containsExactly("a elected", "a deposed RELEASED", "b elected", "b deposed RELEASED");
        assertThat(election.leader()).isEqualTo(new Vacant());
    }

    @Test
    void whoIsTransferredFromIsDeposedAndFollows() {
        Election election = tenure.election("transferred");
        Diary diary = new Diary();
        try (Candidacy first = election.candidate("a").campaign(diary.of("a"))) {
            await().until(first::isLeader);
            try (Candidacy second = election.candidate("b").campaign(diary.of("b"))) {
                await().until(() -> candidates("transferred") == 1);
                Reply asked = server.api()
                        .post("/v1/elections/transferred/transfer", "{'to':'b','reason':'drain','by':'anna'}");
                assertThat(asked.status()).isEqualTo(202);

                // the leader learns it when it renews, stops, and gives the office back: long before its time has run
                // out
                await().atMost(Duration.ofSeconds(15)).until(second::isLeader);
                await().until(() -> candidates("transferred") == 1);
                assertThat(first.isLeader()).isFalse();
                assertThat(diary.entries()).containsExactly("a elected", "a deposed REVOKED", "b elected");
                assertThat(diary.losses()).singleElement().satisfies(loss -> {
                    assertThat(loss.by()).isEqualTo("anna");
                    assertThat(loss.reason()).isEqualTo("drain");
                });
                assertThat(second.term().orElseThrow().fencingToken()).isGreaterThan(diary.token("a elected"));
            }
            await().until(first::isLeader);
        }
    }

    @Test
    void whoResignsStandsBehindTheOthers() {
        Election election = tenure.election("resigned");
        Diary diary = new Diary();
        try (Candidacy first = election.campaign(diary.of("a"))) {
            await().until(first::isLeader);
            try (Candidacy second = election.campaign(diary.of("b"))) {
                await().until(() -> candidates("resigned") == 1);
                first.resign();
                await().until(second::isLeader);
                await().until(() -> candidates("resigned") == 1);
                second.resign();
                await().until(first::isLeader);
            }
        }
        assertThat(diary.entries())
                .startsWith("a elected", "a deposed RELEASED", "b elected", "b deposed RELEASED", "a elected");
    }

    @Test
    void followersAreToldWhoLeadsWhatItProclaimsAndThatNobodyDoes() {
        Election election = tenure.election("followed");
        List<Leadership> told = new CopyOnWriteArrayList<>();
        try (Following following = election.follow(told::add)) {
            await().until(() -> following.latest() instanceof Vacant);
            Candidacy leader =
                    election.candidate("a").value("10.0.0.7:9000").owner("o").campaign(new Diary().of("a"));
            await().until(() -> following.latest() instanceof Led);
            Term term = leader.term().orElseThrow();
            leader.proclaim("10.0.0.7:9001");
            await().until(() -> told.size() == 3);
            assertThat(election.leader())
                    .isEqualTo(
                            new Led("a", "10.0.0.7:9001", "o", term.lease().id().value(), term.fencingToken()));
            leader.close();
            await().until(() -> told.size() == 4);

            assertThat(told.get(0)).isEqualTo(new Vacant());
            assertThat(((Led) told.get(1)).value()).isEqualTo("10.0.0.7:9000");
            assertThat(((Led) told.get(2)).value()).isEqualTo("10.0.0.7:9001");
            assertThat(told.get(3)).isEqualTo(new Vacant());
        }
    }

    @Test
    void whoReachesNoServerIsToldThatItCannotBeTold() {
        int nobody = Running.freePort();
        List<Leadership> told = new CopyOnWriteArrayList<>();
        try (TenureClient lost = TenureClient.connect("http://127.0.0.1:" + nobody);
                Following following = lost.election("lost").follow(told::add)) {
            assertThat(lost.election("lost").leader()).isInstanceOf(Unknown.class);
            await().until(() -> !told.isEmpty());
            assertThat(told).singleElement().isInstanceOf(Unknown.class);
            assertThat(following.latest()).isInstanceOf(Unknown.class);
        }
    }

    @Test
    void workIsInterruptedWhenTheTermIsOverAndDoneAgainInTheNext() throws Exception {
        Election election = tenure.election("worked").ttl(Duration.ofSeconds(1));
        List<Long> tokens = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(() -> {
            try {
                election.lead(term -> {
                    tokens.add(term.fencingToken());
                    begun.countDown();
                    if (tokens.size() == 1) {
                        new CountDownLatch(1).await();
                    }
                });
                return Thread.interrupted();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        Led leader = (Led) election.leader();
        server.api()
                .post("/v1/leases/" + leader.lease() + "/revoke", "{'reason':'drill','by':'anna','immediately':true}");

        assertThat(done.get(10, TimeUnit.SECONDS)).as("left interrupted").isFalse();
        assertThat(tokens).hasSize(2).isSorted();
        assertThat(election.leader()).isEqualTo(new Vacant());
    }

    @Test
    void whoIsInterruptedWhileItWaitsGivesUpItsPlace() throws Exception {
        Election election = tenure.election("given-up");
        try (Candidacy leader = election.campaign(new Diary().of("a"))) {
            await().until(leader::isLeader);
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    election.lead(term -> told.complete(new AssertionError("leads")));
                } catch (InterruptedException e) {
                    told.complete(e);
                }
            });
            waiting.start();
            await().until(() -> candidates("given-up") == 1);
            waiting.interrupt();

            assertThat(told.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            await().until(() -> candidates("given-up") == 0);
        }
    }

    @Test
    void aLeaderLearnsHowItWasEnded() {
        Election election = tenure.election("revoked").ttl(Duration.ofSeconds(1));
        Diary diary = new Diary();
        try (Candidacy candidacy = election.campaignOnce(diary.of("a"))) {
            await().until(candidacy::isLeader);
            String lease = candidacy.term().orElseThrow().lease().id().value();
            server.api().post("/v1/leases/" + lease + "/revoke", "{'reason':'drill','by':'anna','immediately':true}");
            await().until(() -> candidacy.ended().toCompletableFuture().isDone());
            assertThat(diary.losses())
                    .singleElement()
                    .satisfies(loss -> assertThat(loss.cause()).isEqualTo(Cause.REVOKED));
        }
    }

    private long candidates(String election) {
        return server.api().get("/v1/elections/" + election).number("/candidateCount");
    }
}
