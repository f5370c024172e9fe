package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What input that breaks a rule is answered with: the field, the rule and the value. */
class InputsIT extends EndToEnd {
    static Stream<Arguments> faults() {
        String lease = Api.newLease();
        return Stream.of(
                arguments("POST", "/v1/locks/-x", "{'ttl':'30s'}", "name"),
                arguments("POST", "/v1/locks/" + "x".repeat(201), "{'ttl':'30s'}", "name"),
                arguments("POST", "/v1/locks/a%20b", "{'ttl':'30s'}", "name"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30'}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':30}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':'1h30m'}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':'PT30S'}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':'0s'}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':'500ms'}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':'2d'}", "ttl"),
                arguments("POST", "/v1/locks/x", "{}", "ttl"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','wait':'61s'}", "wait"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','wait':5}", "wait"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','color':'red'}", "color"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','lockDelay':'1ms'}", "lockDelay"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','queue':'yes'}", "queue"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','owner':7}", "owner"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','owner':'" + "o".repeat(201) + "'}", "owner"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','metadata':{'a':1}}", "metadata.a"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','lease':'no'}", "lease"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','maxHold':'1ms'}", "maxHold"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','minHold':'1ms'}", "minHold"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s'", "body"),
                arguments("POST", "/v1/locks/x", "['ttl']", "body"),
                arguments("POST", "/v1/locks/x", null, "body"),
                arguments("PUT", "/v1/locks/x/holds/no-uuid", "{'ttl':'30s'}", "lease"),
                arguments("PUT", "/v1/locks/x/holds/" + lease, "{'ttl':'30s','lease':'" + lease + "'}", "lease"),
                arguments("PUT", "/v1/locks/x/holds/" + lease, "{'owner':'a'}", "owner"),
                arguments("GET", "/v1/locks/x/holds/" + lease + "?wait=61s", null, "wait"),
                arguments("GET", "/v1/locks/x/holds/" + lease + "?after=GONE", null, "after"),
                arguments("GET", "/v1/locks/x?wait=1s", null, "wait"),
                arguments("GET", "/v1/locks?limit=1001", null, "limit"),
                arguments("GET", "/v1/locks?colour=red", null, "colour"),
                arguments("GET", "/v1/locks/x/tokens/abc", null, "token"),
                arguments("DELETE", "/v1/locks/x/holds/" + lease + "?cancel=perhaps", null, "cancel"),
                arguments("POST", "/v1/leases/renew", "{}", "leases"),
                arguments("POST", "/v1/leases/renew", "{'leases':[]}", "leases"),
                arguments("POST", "/v1/leases/renew", "{'leases':['x']}", "leases[0]"),
                arguments("POST", "/v1/leases/" + lease + "/revoke", "{'reason':' '}", "reason"),
                arguments("PUT", "/v1/leases/" + lease + "/holds", "{'ttl':'30s'}", "holds"),
                arguments("PUT", "/v1/leases/" + lease + "/holds", "{'ttl':'30s','holds':[]}", "holds"),
                arguments(
                        "PUT",
                        "/v1/leases/" + lease + "/holds",
                        "{'ttl':'30s','holds':[{'kind':'lock','name':'a'},{'kind':'lock','name':'a'}]}",
                        "holds"),
                arguments(
                        "PUT",
                        "/v1/leases/" + lease + "/holds",
                        "{'ttl':'30s','holds':[{'kind':'lease','name':'a'}]}",
                        "holds.kind"));
    }

    static Stream<Arguments> faultsOfSharedKinds() {
        String lease = Api.newLease();
        String several = "/v1/leases/" + lease + "/holds";
        return Stream.of(
                arguments("POST", "/v1/rwlocks/x", "{'ttl':'30s'}", "mode"),
                arguments("POST", "/v1/rwlocks/x", "{'ttl':'30s','mode':'upgrade'}", "mode"),
                arguments("POST", "/v1/rwlocks/x", "{'ttl':'30s','mode':7}", "mode"),
                arguments("POST", "/v1/rwlocks/x", "{'ttl':'30s','mode':'read','count':2}", "count"),
                arguments("PUT", "/v1/rwlocks/x/holds/" + lease, "{'ttl':'30s'}", "mode"),
                arguments("POST", "/v1/rwlocks/-x", "{'ttl':'30s','mode':'read'}", "name"),
                arguments("POST", "/v1/rwlocks/-x/holds/" + lease + "/downgrade", null, "name"),
                arguments("POST", "/v1/rwlocks/x/holds/no-uuid/downgrade", null, "lease"),
                arguments("GET", "/v1/rwlocks/x/tokens/-1", null, "token"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','mode':'read'}", "mode"),
                arguments("POST", "/v1/locks/x", "{'ttl':'30s','count':2}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','mode':'read'}", "mode"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','count':0}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','count':-1}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','count':101}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','count':'2'}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','count':1.5}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','count':3000000000}", "count"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','lockDelay':'0s'}", "lockDelay"),
                arguments("POST", "/v1/semaphores/x", "{'ttl':'30s','lockDelay':'2d'}", "lockDelay"),
                arguments("PUT", "/v1/semaphores/x", "{}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':null}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':0}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':-1}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':10001}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':'5'}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':2.5}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':3000000000}", "permits"),
                arguments("PUT", "/v1/semaphores/x", "{'permits':5,'color':'red'}", "color"),
                arguments("PUT", "/v1/semaphores/x", null, "body"),
                arguments("PUT", "/v1/semaphores/-x", "{'permits':5}", "name"),
                arguments("DELETE", "/v1/semaphores/-x", null, "name"),
                arguments("DELETE", "/v1/semaphores/x?reason=y", null, "reason"),
                arguments("PUT", several, "{'ttl':'30s','holds':[{'kind':'rwlock','name':'a'}]}", "holds.mode"),
                arguments(
                        "PUT",
                        several,
                        "{'ttl':'30s','holds':[{'kind':'lock','name':'a','mode':'read'}]}",
                        "holds.mode"),
                arguments(
                        "PUT", several, "{'ttl':'30s','holds':[{'kind':'lock','name':'a','count':2}]}", "holds.count"),
                arguments(
                        "PUT",
                        several,
                        "{'ttl':'30s','holds':[{'kind':'semaphore','name':'a','count':0}]}",
                        "holds.count"),
                arguments("PUT", several, "{'ttl':'30s','holds':[{'kind':'lock'}]}", "holds.name"),
                arguments("PUT", several, "{'ttl':'30s','holds':[{'name':'a'}]}", "holds.kind"),
                arguments("PUT", several, "{'ttl':'30s','holds':[null]}", "holds"),
                arguments(
                        "PUT",
                        several,
                        "{'ttl':'30s','holds':[{'kind':'rwlock','name':'a','mode':'read'},"
                                + "{'kind':'rwlock','name':'a','mode':'write'}]}",
                        "holds"));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("faultsOfSharedKinds")
    void aFaultAboutReadWriteLocksSemaphoresAndSeveralDoesTheSame(
            String method, String path, @Nullable String body, String field) {
        aFaultNamesTheFieldTheRuleAndTheValue(method, path, body, field);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("faults")
    void aFaultNamesTheFieldTheRuleAndTheValue(String method, String path, @Nullable String body, String field) {
        Reply refused = api.call(method, path, body);

        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(refused.text("/code")).isEqualTo("INVALID");
        assertThat(refused.text("/field")).isEqualTo(field);
        assertThat(refused.text("/rule")).isNotEmpty();
        assertThat(refused.has("/value")).isTrue();
    }

    @Test
    void aBodyOrMetadataThatIsTooLargeIsRefused() {
        String large = "x".repeat(70_000);
        String metadata = "x".repeat(5_000);

        assertThat(api.post("/v1/locks/x", "{'ttl':'30s','owner':'" + large + "'}")
                        .status())
                .isEqualTo(413);
        assertThat(api.post("/v1/locks/x", "{'ttl':'30s','metadata':{'a':'" + metadata + "'}}")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void nothingIsLeftBehindByWhatWasRefused() {
        String name = newName();
        api.post("/v1/locks/" + name, "{'ttl':'30s','owner':7}");

        assertThat(api.get("/v1/locks/" + name).body().at("/holders")).isEmpty();
    }

    @Test
    void aPathThatIsNotThereSaysWhatIs() {
        Reply nothing = api.get("/v1/mutexes/a");

        assertThat(nothing.status()).isEqualTo(404);
        assertThat(nothing.text("/code")).isEqualTo("PATH_UNKNOWN");
    }

    @Test
    void theWayInShowsTheFirstCall() {
        Reply root = api.get("/");

        assertThat(root.status()).isEqualTo(200);
        assertThat(root.text("/links/locks")).isEqualTo("/v1/locks");
    }
}
