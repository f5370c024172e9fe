package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import org.junit.jupiter.api.Test;

/** The audit log over HTTP: what a release has ended, the question that follows it knows. */
class AuditIT extends EndToEnd {
    private static final String TTL = "{'ttl':'30s','owner':'etl@a','reason':'nightly','metadata':{'run':'17'}}";

    @Test
    void aTenureIsToldFromGrantToEnd() {
        String name = newName();
        String lease = Api.newLease();
        Reply taken = api.put(hold(name, lease), TTL);
        Reply open = api.get("/v1/audit/tenures?name=" + name);
        Reply released = api.delete(hold(name, lease) + "?reason=done");
        Reply closed = api.get("/v1/audit/tenures?name=" + name);

        assertThat(open.body().at("/items")).hasSize(1);
        assertThat(open.has("/items/0/endedAt")).isFalse();
        assertThat(open.body().at("/complete").asBoolean()).isTrue();
        assertThat(closed.body().at("/items")).hasSize(1);
        assertThat(closed.number("/items/0/token")).isEqualTo(taken.number("/fencingToken"));
        assertThat(closed.text("/items/0/lease")).isEqualTo(lease);
        assertThat(closed.text("/items/0/owner")).isEqualTo("etl@a");
        assertThat(closed.text("/items/0/grantedAt")).isEqualTo(taken.text("/grantedAt"));
        assertThat(closed.text("/items/0/endedAt")).isEqualTo(released.text("/endedAt"));
        assertThat(closed.number("/items/0/heldMillis")).isEqualTo(released.number("/heldMillis"));
        assertThat(closed.text("/items/0/endedBy")).isEqualTo("RELEASED");
    }

    @Test
    void eventsAreNumberedWithoutGaps() {
        String name = newName();
        for (int i = 0; i < 3; i++) {
            String lease = api.post("/v1/locks/" + name, TTL).text("/lease");
            api.delete(hold(name, lease));
        }

        Reply all = api.get("/v1/audit/events?order=oldest&limit=1000");
        Reply some = api.get("/v1/audit/events?order=oldest&name=" + name);

        for (int i = 0; i < all.body().at("/items").size(); i++) {
            assertThat(all.number("/items/" + i + "/number")).isEqualTo(i + 1L);
        }
        assertThat(some.body().at("/items").findValuesAsText("action"))
                .containsExactly("GRANTED", "ENDED", "GRANTED", "ENDED", "GRANTED", "ENDED");
        assertThat(some.has("/next")).isTrue();
    }

    @Test
    void whoHeldItAtAMomentIsTold() {
        String name = newName();
        String lease = Api.newLease();
        Reply taken = api.put(hold(name, lease), TTL);

        Reply now = api.get("/v1/audit/holders?at=" + taken.text("/grantedAt") + "&kind=lock&name=" + name);
        Reply before = api.get("/v1/audit/holders?at=2020-01-01T00:00:00Z&kind=lock&name=" + name);

        assertThat(now.status()).isEqualTo(200);
        assertThat(now.text("/items/0/lease")).isEqualTo(lease);
        assertThat(before.status()).isEqualTo(200);
        assertThat(before.body().at("/items")).isEmpty();
    }

    @Test
    void aBareLeaseIsToldToo() {
        String lease = api.post("/v1/leases", "{'ttl':'30s'}").text("/lease");
        api.delete("/v1/leases/" + lease);

        Reply events = api.get("/v1/audit/events?order=oldest&lease=" + lease);

        assertThat(events.body().at("/items").findValuesAsText("action")).containsExactly("GRANTED", "ENDED");
        assertThat(events.text("/items/0/kind")).isEqualTo("lease");
        assertThat(events.has("/items/0/name")).isFalse();
    }

    @Test
    void aQuestionThatIsNotUnderstoodIsRefused() {
        assertThat(api.get("/v1/audit/tenures?color=red").text("/field")).isEqualTo("color");
        assertThat(api.get("/v1/audit/tenures?format=csv").status()).isEqualTo(400);
        assertThat(api.get("/v1/audit/events?from=yesterday").text("/field")).isEqualTo("from");
        assertThat(api.get("/v1/audit/proof").status()).isEqualTo(404);
    }
}
