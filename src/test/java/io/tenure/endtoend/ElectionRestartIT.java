package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is started again while leaders lead, candidates follow, and a transfer is under way. */
class ElectionRestartIT {
    private static final String STANDING = "/v1/elections/standing";
    private static final String MOVING = "/v1/elections/moving";

    @Test
    void termsPlacesAndATransferUnderWayStand(@TempDir Path data) {
        String leads = Api.newLease();
        String follows = Api.newLease();
        String old = Api.newLease();
        String other = Api.newLease();
        String chosen = Api.newLease();
        long term;
        long oldTerm;
        try (Running server = Running.start(data)) {
            Api api = server.api();
            term = campaign(api, STANDING, leads, "a", "60s").number("/term");
            campaign(api, STANDING, follows, "b", "60s");
            oldTerm = campaign(api, MOVING, old, "a", "8s").number("/term");
            campaign(api, MOVING, other, "b", "60s");
            campaign(api, MOVING, chosen, "c", "60s");
            assertThat(api.post(MOVING + "/transfer", "{'to':'c','reason':'INC-7'}")
                            .status())
                    .isEqualTo(202);
        }
        try (Running server = Running.start(data)) {
            Api api = server.api();
            Reply standing = api.get(STANDING);
            assertThat(standing.number("/term")).isEqualTo(term);
            assertThat(standing.text("/candidates/0/id")).isEqualTo("b");
            assertThat(api.get(STANDING + "/tokens/" + term).status()).isEqualTo(200);
            assertThat(api.post("/v1/leases/" + leads + "/renew", null).status())
                    .isEqualTo(200);
            Reply again = campaign(api, STANDING, leads, "a", "60s");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.number("/term")).isEqualTo(term);
            assertThat(campaign(api, STANDING, follows, "b", "60s").status()).isEqualTo(202);
            api.delete(STANDING + "/candidates/" + leads);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> api.get(STANDING).text("/leader/id").equals("b"));
            assertThat(api.get(STANDING).number("/term")).isGreaterThan(term);

            assertThat(api.post("/v1/leases/" + old + "/renew", null).status()).isEqualTo(410);
            campaign(api, MOVING, other, "b", "60s");
            Reply granted = api.put(MOVING + "/candidates/" + chosen, "{'ttl':'60s','id':'c','wait':'30s'}");
            assertThat(granted.status()).as("%s", granted).isIn(200, 201);
            assertThat(granted.number("/term")).isGreaterThan(oldTerm);
            assertThat(api.get(MOVING + "/candidates/" + other).text("/state")).isEqualTo("FOLLOWING");
            assertThat(api.delete(MOVING + "/candidates/" + old).text("/endedBy"))
                    .isEqualTo("TRANSFERRED");
        }
    }

    private static Reply campaign(Api api, String election, String lease, String id, String ttl) {
        return api.put(election + "/candidates/" + lease, "{'ttl':'" + ttl + "','id':'" + id + "'}");
    }
}
