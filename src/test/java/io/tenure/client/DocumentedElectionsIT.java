package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.client.Leadership.Led;
import io.tenure.client.Leadership.Unknown;
import io.tenure.client.Leadership.Vacant;
import io.tenure.name.Kind;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What docs/client.md shows of elections and events, on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedElectionsIT {
    private Running server;
    private TenureClient tenure;

    @GuardedBy("this")
    private final List<String> done = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        tenure = TenureClient.connect("http://127.0.0.1:" + server.port());
    }

    @AfterAll
    void stop() {
        tenure.close();
        server.close();
    }

    private synchronized void done(String what) {
        done.add(what);
    }

    private synchronized List<String> done() {
        return List.copyOf(done);
    }

    private void startReports(long fencingToken) {
        done("started " + (fencingToken > 0));
    }

    private void stopReports() {
        done("stopped");
    }

    private void writeReport(String name, long fencingToken) {
        done(name + " " + (fencingToken > 0));
    }

    private void sendTo(String address) {
        done("sent to " + address);
    }

    private void keepInQueue() {
        done("kept");
    }

    @Test
    void aCandidateLeadsAndResigns() {
        // snippet: campaign
        Candidacy candidacy = tenure.election("reports")
                .candidate("worker-7")
                .value("10.0.0.7:9000")
                .campaign(new Election.Listener() {
                    @Override
                    public void onElected(Term term) {
                        startReports(term.fencingToken());
                    }

                    @Override
                    public void onDeposed(Loss loss) {
                        stopReports();
                    }
                });
        // end: campaign
        await().until(candidacy::isLeader);
        // snippet: resign
        candidacy.proclaim("10.0.0.7:9001");
        candidacy.resign();
        candidacy.close();
        // end: resign

        assertThat(done()).containsSubsequence("started true", "stopped");
    }

    @Test
    void workIsDoneWhileLeading() throws Exception {
        // snippet: lead
        tenure.election("nightly-reports").lead(term -> {
            for (String name : List.of("sales", "stock")) {
                if (term.isCurrent()) {
                    writeReport(name, term.fencingToken());
                }
            }
        });
        // end: lead

        assertThat(done()).contains("sales true", "stock true");
    }

    @Test
    void followersSendToWhoLeads() {
        Candidacy leader = tenure.election("mail").value("10.0.0.8:25").campaign(new Diary().of("a"));
        await().until(leader::isLeader);
        // snippet: follow
        Following following = tenure.election("mail").follow(leadership -> {
            if (leadership instanceof Led led) {
                sendTo(String.valueOf(led.value()));
            } else if (leadership instanceof Vacant) {
                keepInQueue();
            } else if (leadership instanceof Unknown unknown) {
                System.out.println(unknown.detail());
            }
        });
        // end: follow
        await().until(() -> done().contains("sent to 10.0.0.8:25"));
        leader.close();
        await().until(() -> done().contains("kept"));
        following.close();
    }

    @Test
    void aSubscriberIsToldWhatHappens() throws Exception {
        // snippet: events
        tenure.events(Kind.LOCK, "nightly").subscribe(new Flow.Subscriber<Event>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Event event) {
                done(event.name() + ", held by " + event.data().path("holders").size());
            }

            @Override
            public void onError(Throwable refused) {
                done("refused: " + refused.getMessage());
            }

            @Override
            public void onComplete() {
                done("over");
            }
        });
        // end: events
        await().until(() -> done().contains("state, held by 0"));
        try (Hold hold = tenure.lock("nightly").acquire()) {
            await().until(() -> done().contains("granted, held by 1"));
            assertThat(hold.isHeld()).isTrue();
        }
        await().until(() -> done().contains("ended, held by 0"));
    }
}
