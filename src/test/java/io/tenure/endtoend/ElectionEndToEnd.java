package io.tenure.endtoend;

import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionFactory;

/** What the tests of elections share. */
abstract class ElectionEndToEnd extends EndToEnd {
    /** An election that no other test uses, as the path of it. */
    static String newElection() {
        return "/v1/elections/" + newName();
    }

    static String candidate(String election, String lease) {
        return election + "/candidates/" + lease;
    }

    /** Makes a candidate called like this under a lease of its own, without waiting. */
    Reply campaign(String election, String id, String ttl) {
        return campaign(election, Api.newLease(), id, ttl);
    }

    Reply campaign(String election, String lease, String id, String ttl) {
        return api.put(candidate(election, lease), "{'ttl':'" + ttl + "','id':'" + id + "'}");
    }

    /** The same, waiting to lead, and in the queue when this returns. */
    CompletableFuture<Reply> campaignLater(String election, String lease, String id) {
        long before = api.get(election).number("/candidateCount");
        CompletableFuture<Reply> waiting =
                api.later("PUT", candidate(election, lease), "{'ttl':'30s','wait':'30s','id':'" + id + "'}");
        awaiting().until(() -> api.get(election).number("/candidateCount") > before);
        return waiting;
    }

    Reply transfer(String election, String to, boolean immediately) {
        return api.post(
                election + "/transfer", "{'to':'" + to + "','reason':'INC-7','immediately':" + immediately + "}");
    }

    Reply renew(String lease) {
        return api.post("/v1/leases/" + lease + "/renew", null);
    }

    int check(String election, long term) {
        return api.get(election + "/tokens/" + term).status();
    }

    String leader(String election) {
        return api.get(election).text("/leader/id");
    }

    static ConditionFactory awaiting() {
        return await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(20));
    }
}
