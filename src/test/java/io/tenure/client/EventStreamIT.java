package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.testing.Api;
import io.tenure.testing.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events from a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventStreamIT {
    private static final Pattern OPEN = Pattern.compile("(?m)^tenure_streams_open\\S* ([0-9.]+)$");

    private Running server;
    private TenureClient tenure;

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

    @Test
    void aLockIsToldAsItIsTakenAndLeft() throws Exception {
        Told told = new Told(Long.MAX_VALUE);
        tenure.events(Kind.LOCK, "nightly").subscribe(told);
        await().until(() -> told.names().size() == 1);
        Hold hold = tenure.lock("nightly").acquire();
        await().until(() -> told.names().size() == 2);
        hold.release();
        await().until(() -> told.names().size() == 3);

        assertThat(told.names()).containsExactly("state", "granted", "ended");
        Event granted = told.events().get(1);
        assertThat(granted.data().at("/holders/0/lease").asText())
                .isEqualTo(hold.lease().id().value());
        assertThat(granted.data().path("revision").asText()).isEqualTo(granted.revision());
        assertThat(granted.missed()).isFalse();
        told.cancel();
    }

    @Test
    void whoCancelsClosesItsConnection() throws Exception {
        int before = open();
        Told told = new Told(Long.MAX_VALUE);
        Told unread = new Told(0);
        tenure.events(Kind.RWLOCK, "cancelled").subscribe(told);
        tenure.events(Kind.ELECTION, "cancelled").subscribe(unread);
        unread.request(1);
        await().until(() -> told.names().size() == 1 && unread.names().size() == 1);
        assertThat(open()).isEqualTo(before + 2);
        told.cancel();
        unread.cancel();
        await().until(() -> open() == before);
    }

    @Test
    void theEndOfALeaseCompletesItsEvents() throws Exception {
        String lease = Api.newLease();
        server.api().put("/v1/leases/" + lease, "{'ttl':'30s'}");
        Told told = new Told(Long.MAX_VALUE);
        tenure.events(new LeaseId(lease)).subscribe(told);
        await().until(() -> told.names().size() == 1);
        server.api().delete("/v1/leases/" + lease);
        await().until(() -> told.last() != null);

        assertThat(told.names()).containsExactly("state", "ended");
        assertThat(told.last()).isEqualTo("complete");
        Told late = new Told(Long.MAX_VALUE);
        tenure.events(new LeaseId(lease)).subscribe(late);
        await().until(() -> late.last() != null);
        assertThat(late.last()).isEqualTo("complete");
        assertThat(late.names()).isEmpty();
    }

    @Test
    void aLeaseThatNobodyKnowsIsAnError() {
        Told told = new Told(1);
        tenure.events(new LeaseId(Api.newLease())).subscribe(told);
        await().until(() -> told.last() != null);

        assertThat(told.last()).contains("LEASE_UNKNOWN");
    }

    @Test
    void whoReadsSlowlyIsToldThatItHasMissedSomethingAndTheLastState() {
        // states of 60 kB, so that few of them fill the buffers between the server and who does not read
        String election = "/v1/elections/slow";
        String leader = Api.newLease();
        String value = "x".repeat(1000);
        server.api().put(election + "/candidates/" + leader, "{'ttl':'90s'}");
        for (int i = 0; i < 60; i++) {
            server.api().put(election + "/candidates/" + Api.newLease(), "{'ttl':'90s','value':'" + value + "'}");
        }
        Told told = new Told(1);
        tenure.events(Kind.ELECTION, "slow").subscribe(told);
        await().until(() -> told.names().size() == 1);
        for (int i = 0; i <= 300; i++) {
            server.api().put(election + "/candidates/" + leader + "/value", "{'value':'v" + i + "'}");
        }
        assertThat(told.names()).hasSize(1);
        told.request(Long.MAX_VALUE);

        await().until(() -> told.newest().data().at("/leader/value").asText().equals("v300"));
        assertThat(told.events()).anyMatch(Event::missed);
        assertThat(told.names()).hasSizeLessThan(300);
        told.cancel();
    }

    private int open() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics"))
                .build();
        String page = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        return OPEN.matcher(page)
                .results()
                .map((MatchResult found) -> (int) Double.parseDouble(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such gauge: " + page));
    }
}
