package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What input to elections that breaks a rule is answered with: the field, the rule and the value. */
class ElectionInputsIT extends ElectionEndToEnd {
    static Stream<Arguments> faults() {
        String x = "/v1/elections/x";
        String candidate = candidate(x, Api.newLease());
        return Stream.of(
                arguments("POST", "/v1/elections/-x/candidates", "{'ttl':'30s'}", "name"),
                arguments("POST", x + "/candidates", "{}", "ttl"),
                arguments("POST", x + "/candidates", null, "body"),
                arguments("POST", x + "/candidates", "{'ttl':'500ms'}", "ttl"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','wait':'61s'}", "wait"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','id':' '}", "id"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','id':'" + "i".repeat(201) + "'}", "id"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','id':7}", "id"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','value':'" + "v".repeat(1001) + "'}", "value"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','queue':'no'}", "queue"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','minHold':'3s'}", "minHold"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','mode':'read'}", "mode"),
                arguments("POST", x + "/candidates", "{'ttl':'30s','lockDelay':'1ms'}", "lockDelay"),
                arguments("PUT", x + "/candidates/no-uuid", "{'ttl':'30s'}", "lease"),
                arguments("PUT", candidate, "{'owner':'a'}", "owner"),
                arguments("PUT", candidate, "{'ttl':'30s','lease':'" + Api.newLease() + "'}", "lease"),
                arguments("PUT", candidate + "/value", "{'value':'" + "v".repeat(1001) + "'}", "value"),
                arguments("PUT", candidate + "/value", "{'values':'x'}", "values"),
                arguments("PUT", candidate + "/value", null, "body"),
                arguments("GET", candidate + "?wait=61s", null, "wait"),
                arguments("GET", candidate + "?after=HELD", null, "after"),
                arguments("GET", x + "?wait=61s&after=1", null, "wait"),
                arguments("GET", x + "?wait=1s", null, "wait"),
                arguments("GET", x + "?wait=1s&after=1&afterTerm=1", null, "wait"),
                arguments("GET", x + "?wait=1s&afterTerm=one", null, "afterTerm"),
                arguments("GET", x + "?color=red", null, "color"),
                arguments("GET", "/v1/elections?limit=1001", null, "limit"),
                arguments("GET", x + "/tokens/abc", null, "token"),
                arguments("DELETE", candidate + "?cancel=perhaps", null, "cancel"),
                arguments("POST", x + "/transfer", "{'reason':'x'}", "to"),
                arguments("POST", x + "/transfer", "{'to':'a'}", "reason"),
                arguments("POST", x + "/transfer", "{'to':'a','reason':' '}", "reason"),
                arguments("POST", x + "/transfer", "{'to':'a','reason':'x','term':'1'}", "term"),
                arguments("POST", x + "/transfer", "{'to':'a','reason':'x','immediately':1}", "immediately"),
                arguments("POST", x + "/transfer", null, "body"));
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
}
