package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a server: read/write locks, semaphores with their permits, places, and names that stay closed. */
class RestartIT {
    private static final String RW = "/v1/rwlocks/r";
    private static final String SEM = "/v1/semaphores/s";

    @TempDir
    private Path data;

    @Test
    void allThatWasHeldWaitedForOrClosedIsSoAfterARestart() {
        String writer = Api.newLease();
        String reader = Api.newLease();
        String permits = Api.newLease();
        String waiter = Api.newLease();
        String expired = Api.newLease();
        Reply wrote;
        Reply permitted;
        try (Running server = Running.start(data)) {
            Api api = server.api();
            wrote = api.put(RW + "/holds/" + writer, "{'ttl':'5m','mode':'write'}");
            api.post(RW + "/holds/" + writer + "/downgrade", null);
            assertThat(api.put(RW + "/holds/" + reader, "{'ttl':'5m','mode':'write','queue':true}")
                            .status())
                    .isEqualTo(202);
            api.put(SEM, "{'permits':3}");
            permitted = api.put(SEM + "/holds/" + permits, "{'ttl':'5m','count':2}");
            assertThat(api.put(SEM + "/holds/" + waiter, "{'ttl':'5m','count':2,'queue':true}")
                            .status())
                    .isEqualTo(202);
            api.put("/v1/locks/l/holds/" + expired, "{'ttl':'1s','lockDelay':'25s'}");
            await().until(() -> api.get("/v1/leases/" + expired).status() == 410);
            assertThat(api.post("/v1/locks/l", "{'ttl':'30s'}").text("/code")).isEqualTo("CLOSED");
        }

        try (Running server = Running.start(data)) {
            Api api = server.api();
            assertThat(api.post("/v1/locks/l", "{'ttl':'30s'}").text("/code")).isEqualTo("CLOSED");
            Reply locks = api.get(RW);
            assertThat(locks.text("/holders/0/lease")).isEqualTo(writer);
            assertThat(locks.text("/holders/0/mode")).isEqualTo("read");
            assertThat(locks.number("/holders/0/fencingToken")).isEqualTo(wrote.number("/fencingToken"));
            assertThat(locks.text("/waiters/0/lease")).isEqualTo(reader);
            Reply semaphore = api.get(SEM);
            assertThat(semaphore.number("/permits")).isEqualTo(3);
            assertThat(semaphore.number("/holders/0/fencingToken")).isEqualTo(permitted.number("/fencingToken"));
            assertThat(semaphore.number("/queueLength")).isEqualTo(1);
            for (Reply held : List.of(wrote, permitted)) {
                String path = held.text("/kind").equals("rwlock") ? RW : SEM;
                assertThat(api.get(path + "/tokens/" + held.number("/fencingToken"))
                                .status())
                        .isEqualTo(200);
                assertThat(api.post("/v1/leases/" + held.text("/lease") + "/renew", null)
                                .status())
                        .isEqualTo(200);
                assertThat(api.delete(path + "/holds/" + held.text("/lease")).status())
                        .isEqualTo(200);
            }

            Reply writes = api.put(RW + "/holds/" + reader, "{'ttl':'5m','mode':'write','wait':'10s','queue':true}");
            Reply both = api.put(SEM + "/holds/" + waiter, "{'ttl':'5m','count':2,'wait':'10s','queue':true}");
            assertThat(writes.text("/state")).as("%s", writes).isEqualTo("HELD");
            assertThat(writes.number("/fencingToken")).isGreaterThan(wrote.number("/fencingToken"));
            assertThat(both.text("/state")).as("%s", both).isEqualTo("HELD");
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> api.post("/v1/locks/l", "{'ttl':'30s'}").status() == 201);
        }
    }
}
