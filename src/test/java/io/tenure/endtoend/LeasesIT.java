package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Leases over HTTP. */
class LeasesIT extends EndToEnd {
    @Test
    void aLeaseIsGrantedUnderAnIdOfTheServer() {
        Reply granted = api.post("/v1/leases", "{'ttl':'30s','owner':'etl@a','metadata':{'run':'17'}}");

        assertThat(granted.status()).isEqualTo(201);
        assertThat(granted.headers().firstValue("Location")).contains("/v1/leases/" + granted.text("/lease"));
        assertThat(granted.text("/state")).isEqualTo("LIVE");
        assertThat(granted.number("/ttlMillis")).isEqualTo(30_000);
        assertThat(granted.number("/validForMillis")).isBetween(25_000L, 30_000L);
        assertThat(granted.text("/metadata/run")).isEqualTo("17");
        assertThat(granted.body().at("/holds")).isEmpty();
    }

    @Test
    void aRepeatedPutIsTheSameLeaseAndAnotherBodyIsRefused() {
        String path = "/v1/leases/" + Api.newLease();
        assertThat(api.put(path, "{'ttl':'30s','owner':'a'}").status()).isEqualTo(201);
        assertThat(api.put(path, "{'ttl':'30s','owner':'a'}").status()).isEqualTo(200);
        assertThat(api.put(path, "{'ttl':'30s','owner':'b'}").text("/code")).isEqualTo("LEASE_DIFFERS");
    }

    @Test
    void aRenewalWithANewTtlDoesNotMakeTheRepeatDiffer() {
        String path = "/v1/leases/" + Api.newLease();
        api.put(path, "{'ttl':'30s'}");

        Reply renewed = api.post(path + "/renew", "{'ttl':'60s'}");

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.number("/ttlMillis")).isEqualTo(60_000);
        assertThat(renewed.number("/validForMillis")).isBetween(55_000L, 60_000L);
        assertThat(renewed.number("/holdCount")).isZero();
        assertThat(api.put(path, "{'ttl':'30s'}").status()).isEqualTo(200);
    }

    @Test
    void aShortenedTtlCountsFromTheRenewalOn() {
        String path = "/v1/leases/" + api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        api.post(path + "/renew", "{'ttl':'1s'}");

        await().atMost(Duration.ofSeconds(5)).until(() -> api.get(path).status() == 410);

        assertThat(api.get(path).text("/endedBy")).isEqualTo("EXPIRED");
    }

    @Test
    void aReleaseEndsEverythingAndIsAnsweredTheSameTwice() {
        String name = newName();
        String path = "/v1/leases/" + api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        String lease = path.substring(path.lastIndexOf('/') + 1);
        api.post("/v1/locks/" + name, "{'lease':'" + lease + "'}");

        Reply released = api.delete(path + "?reason=done");
        Reply again = api.delete(path);

        assertThat(released.status()).isEqualTo(200);
        assertThat(released.text("/endedBy")).isEqualTo("RELEASED");
        assertThat(released.text("/holds/0/name")).isEqualTo(name);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(released.body());
        assertThat(api.get("/v1/locks/" + name).body().at("/holders")).isEmpty();
        assertThat(api.post(path + "/renew", null).status()).isEqualTo(410);
    }

    @Test
    void anEndedIdStaysEnded() {
        String path = "/v1/leases/" + Api.newLease();
        api.put(path, "{'ttl':'30s'}");
        api.delete(path);

        assertThat(api.put(path, "{'ttl':'30s'}").text("/code")).isEqualTo("LEASE_ENDED");
    }

    @Test
    void aLookWaitsForTheEnd() {
        String path = "/v1/leases/" + api.post("/v1/leases", "{'ttl':'1m'}").text("/lease");
        CompletableFuture<Reply> look = api.later("GET", path + "?wait=20s", null);
        api.post(path + "/revoke", "{'reason':'over','immediately':true,'by':'anna'}");

        Reply ended = look.join();

        assertThat(ended.status()).isEqualTo(410);
        assertThat(ended.text("/endedBy")).isEqualTo("REVOKED");
        assertThat(ended.text("/by")).isEqualTo("anna");
    }

    @Test
    void aLookWaitsForARevocation() {
        String path = "/v1/leases/" + api.post("/v1/leases", "{'ttl':'1m'}").text("/lease");
        CompletableFuture<Reply> look = api.later("GET", path + "?wait=20s", null);

        assertThat(api.post(path + "/revoke", "{'reason':'please'}").status()).isEqualTo(202);

        Reply revoking = look.join();
        assertThat(revoking.status()).isEqualTo(200);
        assertThat(revoking.text("/state")).isEqualTo("REVOKING");
        assertThat(api.delete(path).text("/endedBy")).isEqualTo("RELEASED");
    }

    @Test
    void aWaitThatRunsOutShowsTheLeaseAsItIs() {
        String path = "/v1/leases/" + api.post("/v1/leases", "{'ttl':'1m'}").text("/lease");

        assertThat(api.get(path + "?wait=1s").text("/state")).isEqualTo("LIVE");
    }

    @Test
    void manyAreRenewedInOneRequest() {
        List<String> leases = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            leases.add(api.post("/v1/leases", "{'ttl':'1m'}").text("/lease"));
        }
        api.delete("/v1/leases/" + leases.get(7));
        String unknown = Api.newLease();
        leases.add(60, unknown);
        String list = leases.stream().map(lease -> "'" + lease + "'").collect(Collectors.joining(","));

        Reply renewed = api.post("/v1/leases/renew", "{'leases':[" + list + "]}");

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.number("/live")).isEqualTo(119);
        assertThat(renewed.body().at("/items")).hasSize(121);
        assertThat(renewed.text("/items/0/lease")).isEqualTo(leases.get(0));
        assertThat(renewed.text("/items/7/state")).isEqualTo("ENDED");
        assertThat(renewed.text("/items/7/endedBy")).isEqualTo("RELEASED");
        assertThat(renewed.text("/items/60/state")).isEqualTo("UNKNOWN");
        assertThat(renewed.number("/items/120/validForMillis")).isBetween(50_000L, 60_000L);
    }

    @Test
    void limitsAreTold() {
        Reply limits = api.get("/v1/limits");

        assertThat(limits.status()).isEqualTo(200);
        assertThat(limits.number("/maxWaitMillis")).isEqualTo(60_000);
        assertThat(limits.number("/graceMillis")).isEqualTo(500);
    }
}
