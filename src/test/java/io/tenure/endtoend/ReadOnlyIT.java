package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cluster that an operator has made read-only: nobody gets anything new, and nobody loses anything. */
class ReadOnlyIT extends EndToEnd {
    private static final String SWITCH = "/v1/cluster/read-only";
    private static final String TTL = "{'ttl':'60s'}";
    private static final String WAITS = "{'ttl':'60s','wait':'50s'}";

    /** A grant that was on its way when the answer of the switch left may still come. */
    private static final Duration UNDER_WAY = Duration.ofMillis(250);

    @AfterEach
    void off() {
        assertThat(api.delete(SWITCH).status()).isEqualTo(200);
    }

    private Reply on() {
        Reply reply = api.put(SWITCH, "{'reason':'new disks','by':'anna'}");
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply;
    }

    private static void refused(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(503);
        assertThat(reply.text("/code")).isEqualTo("READ_ONLY");
        assertThat(reply.text("/reason")).isEqualTo("new disks");
        assertThat(reply.text("/by")).isEqualTo("anna");
        assertThat(reply.text("/since")).isNotEmpty();
        assertThat(reply.text("/detail")).contains("new disks", "anna", "renewals and releases go on");
        assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    private static void done(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isIn(200, 202);
    }

    @Test
    void theSwitchSaysHowItStandsAndAgainTheSame() {
        assertThat(api.put(SWITCH, "{'by':'anna'}").text("/field")).isEqualTo("reason");
        Reply first = on();
        assertThat(first.body().path("readOnly").asBoolean()).isTrue();
        assertThat(first.text("/reason")).isEqualTo("new disks");
        assertThat(api.put(SWITCH, "{'reason':'another','by':'bert'}").body()).isEqualTo(first.body());
        Reply ready = api.get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.text("/level")).isEqualTo("READ_ONLY");
        assertThat(ready.text("/reasons/0")).contains("new disks", "anna", first.text("/since"));
        assertThat(api.get("/v1/cluster").text("/level")).isEqualTo("READ_ONLY");

        Reply off = api.delete(SWITCH);
        assertThat(off.body().path("readOnly").asBoolean(true)).isFalse();
        assertThat(api.delete(SWITCH).body()).isEqualTo(off.body());
        assertThat(api.get("/health/ready").text("/level")).isEqualTo("NORMAL");
    }

    @Test
    void nobodyIsGivenAnythingNew() {
        String lease = Api.newLease();
        assertThat(api.put("/v1/leases/" + lease, TTL).status()).isEqualTo(201);
        String semaphore = thing("semaphore", newName());
        assertThat(api.put(semaphore, "{'permits':3}").status()).isEqualTo(201);
        String election = thing("election", newName());
        assertThat(api.put(election + "/candidates/" + Api.newLease(), "{'ttl':'60s','id':'a'}")
                        .status())
                .isEqualTo(201);
        assertThat(api.put(election + "/candidates/" + Api.newLease(), "{'ttl':'60s','id':'b'}")
                        .status())
                .isEqualTo(202);
        String taken = newName();
        assertThat(api.post(thing("lock", taken), TTL).status()).isEqualTo(201);
        on();

        refused(api.put("/v1/leases/" + Api.newLease(), TTL));
        refused(api.post("/v1/leases", TTL));
        refused(api.put(hold(newName(), Api.newLease()), TTL));
        refused(api.post(thing("lock", newName()), TTL));
        refused(api.put(hold(newName(), lease), "{}"));
        refused(api.put(hold(taken, Api.newLease()), "{'ttl':'60s','wait':'20s','queue':true}"));
        refused(api.put(hold("rwlock", newName(), Api.newLease()), "{'ttl':'60s','mode':'read'}"));
        refused(api.put(semaphore + "/holds/" + Api.newLease(), TTL));
        refused(api.put(semaphore, "{'permits':4}"));
        refused(api.put(thing("semaphore", newName()), "{'permits':1}"));
        refused(api.put(election + "/candidates/" + Api.newLease(), "{'ttl':'60s','id':'c'}"));
        refused(api.post(election + "/transfer", "{'to':'b','reason':'x','immediately':true}"));
        refused(api.put(
                "/v1/leases/" + Api.newLease() + "/holds",
                "{'ttl':'60s','wait':'1s','holds':[{'kind':'lock','name':'" + newName() + "'},{'kind':'lock','name':'"
                        + newName() + "'}]}"));
        assertThat(api.get(thing("lock", taken)).number("/queueLength")).isZero();
    }

    @Test
    void whatThereIsGoesOn() {
        String lease = Api.newLease();
        String lock = newName();
        api.put(hold(lock, lease), TTL);
        long token = api.get(hold(lock, lease)).number("/fencingToken");
        String place = Api.newLease();
        api.put(hold(lock, place), "{'ttl':'60s','queue':true}");
        String rwlock = newName();
        String writer = Api.newLease();
        api.put(hold("rwlock", rwlock, writer), "{'ttl':'60s','mode':'write'}");
        String semaphore = thing("semaphore", newName());
        api.put(semaphore, "{'permits':3}");
        String election = thing("election", newName());
        String leader = election + "/candidates/" + Api.newLease();
        api.put(leader, "{'ttl':'60s','id':'a'}");
        String revoked = Api.newLease();
        api.put(hold(newName(), revoked), TTL);
        String brief = Api.newLease();
        api.put("/v1/leases/" + brief, "{'ttl':'1s'}");
        on();

        done(api.put(hold(lock, lease), TTL));
        done(api.post("/v1/leases/" + lease + "/renew", null));
        done(api.post("/v1/leases/" + lease + "/renew", "{'ttl':'90s'}"));
        assertThat(api.post("/v1/leases/renew", "{'leases':['" + lease + "','" + place + "']}")
                        .number("/live"))
                .isEqualTo(2);
        done(api.put(hold(lock, place), "{'ttl':'60s','queue':true}"));
        done(api.get(hold(lock, lease)));
        done(api.get(thing("lock", lock) + "/tokens/" + token));
        done(api.get(thing("lock", lock) + "?wait=100ms&after=0"));
        done(api.post(hold("rwlock", rwlock, writer) + "/downgrade", null));
        done(api.put(semaphore, "{'permits':3}"));
        done(api.put(semaphore, "{'permits':1}"));
        done(api.put(leader + "/value", "{'value':'x'}"));
        done(api.delete(leader));
        done(api.delete(semaphore));
        done(api.post("/v1/leases/" + revoked + "/revoke", "{'reason':'x'}"));
        done(api.delete(hold(lock, place)));
        done(api.delete("/v1/leases/" + lease));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.get("/v1/leases/" + brief).text("/endedBy").equals("EXPIRED"));
    }

    @Test
    void whoWaitsKeepsItsPlaceAndIsGrantedInTurnAsSoonAsItIsOver() {
        String lock = newName();
        String holder = hold(lock, Api.newLease());
        api.put(holder, TTL);
        String first = hold(lock, Api.newLease());
        CompletableFuture<Reply> waits = api.later("PUT", first, WAITS);
        awaitQueue("lock", lock, 1);
        String second = hold(lock, Api.newLease());
        assertThat(api.put(second, "{'ttl':'60s','queue':true}").status()).isEqualTo(202);
        String election = thing("election", newName());
        String leader = election + "/candidates/" + Api.newLease();
        api.put(leader, "{'ttl':'60s','id':'a'}");
        CompletableFuture<Reply> follows =
                api.later("PUT", election + "/candidates/" + Api.newLease(), "{'ttl':'60s','id':'b','wait':'50s'}");
        await().until(() -> api.get(election).body().path("candidates").size() == 1);
        on();
        done(api.delete(holder));
        done(api.delete(leader));
        await().during(Duration.ofMillis(700))
                .atMost(Duration.ofSeconds(5))
                .until(() -> !waits.isDone()
                        && !follows.isDone()
                        && api.get(thing("lock", lock)).body().path("holders").isEmpty());
        assertThat(api.get(second).text("/state")).isEqualTo("QUEUED");

        long off = System.nanoTime();
        off();
        Reply granted = waits.orTimeout(5, TimeUnit.SECONDS).join();
        System.out.printf(
                "read-only over: who waited was granted %d ms after its end was asked for%n",
                Duration.ofNanos(System.nanoTime() - off).toMillis());
        assertThat(granted.status()).isEqualTo(201);
        assertThat(follows.orTimeout(5, TimeUnit.SECONDS).join().text("/state")).isEqualTo("LEADING");
        assertThat(api.get(second).text("/state")).isEqualTo("QUEUED");
        done(api.delete(first));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get(second).text("/state").equals("HELD"));
    }

    @Test
    void aPlaceWhoseTimeRunsOutGoesWhileNobodyIsGranted() {
        String lock = newName();
        String holder = hold(lock, Api.newLease());
        api.put(holder, TTL);
        String brief = Api.newLease();
        api.put(hold(lock, brief), "{'ttl':'1s','queue':true}");
        CompletableFuture<Reply> over = api.later("POST", thing("lock", lock), "{'ttl':'60s','wait':'2s'}");
        awaitQueue("lock", lock, 2);
        on();
        done(api.delete(holder));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.get("/v1/leases/" + brief).text("/endedBy").equals("EXPIRED"));
        Reply refused = over.join();
        assertThat(refused.status()).as("%s", refused).isEqualTo(409);
        assertThat(refused.text("/detail")).contains("read-only");
        assertThat(api.get(thing("lock", lock)).number("/queueLength")).isZero();
    }

    @Test
    void underLoadSwitchedOnAndOffNothingIsGrantedMeanwhileAndNobodyIsLost() {
        int clients = 6;
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger cycles = new AtomicInteger();
        List<String> locks = List.of(newName(), newName());
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            String lock = locks.get(i % locks.size());
            all.add(CompletableFuture.runAsync(() -> {
                while (!stop.get()) {
                    cycle(lock);
                    cycles.incrementAndGet();
                }
            }));
        }
        Map<Instant, Instant> quiet = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            int before = cycles.get();
            await().atMost(Duration.ofSeconds(20)).until(() -> cycles.get() > before + 20);
            on();
            Instant from = Instant.now().plus(UNDER_WAY);
            await().pollDelay(Duration.ofMillis(700)).until(() -> true);
            quiet.put(from, Instant.now());
            off();
        }
        stop.set(true);
        all.forEach(one -> one.orTimeout(60, TimeUnit.SECONDS).join());

        AuditEvent.all(api);
        Map<String, Integer> told = new TreeMap<>();
        for (String lock : locks) {
            for (JsonNode event : events(lock)) {
                String action = event.path("action").asText();
                Instant at = Instant.parse(event.path("at").asText());
                told.merge(action, 1, Integer::sum);
                if (action.equals("GRANTED") || action.equals("QUEUED")) {
                    assertThat(quiet.entrySet())
                            .as("%s", event)
                            .noneMatch(time -> at.isAfter(time.getKey()) && at.isBefore(time.getValue()));
                }
            }
        }
        assertThat(told.get("GRANTED")).isEqualTo(cycles.get());
        assertThat(told.get("ENDED")).isEqualTo(cycles.get());
        assertThat(told).doesNotContainKey("LEFT_QUEUE");
    }

    private List<JsonNode> events(String lock) {
        List<JsonNode> events = new ArrayList<>();
        String cursor = "";
        while (true) {
            Reply page = api.get("/v1/audit/events?order=oldest&limit=1000&name=" + lock + cursor);
            if (page.body().path("items").isEmpty()) {
                return events;
            }
            page.body().path("items").forEach(events::add);
            cursor = "&cursor=" + page.text("/next");
        }
    }

    /** Takes and gives back, repeating while it cannot be told, as the rule for clients says. */
    private void cycle(String lock) {
        String path = hold(lock, Api.newLease());
        Reply reply;
        do {
            reply = api.put(path, "{'ttl':'30s','wait':'10s','queue':true}");
        } while (reply.status() == 503 || reply.status() == 202);
        assertThat(reply.status()).as("%s", reply).isIn(200, 201);
        done(api.delete(path));
    }
}
