package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.client.fencing.FencingFilter;
import io.tenure.name.Kind;
import io.tenure.testing.Api;
import io.tenure.testing.GuardedServer;
import io.tenure.testing.Running;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A servlet container whose filter asks a server of Tenure. The name of the lock is the last part of a request's path. */
class FencingFilterIT extends EndToEnd {
    private static final String TTL = "{'ttl':'60s'}";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private GuardedServer guarded;

    @BeforeAll
    void guard() throws Exception {
        guarded = guarded(Kind.LOCK, server.port());
    }

    @AfterAll
    void stopGuarding() throws Exception {
        guarded.close();
    }

    @Test
    void theHoldersTokenPasses() throws Exception {
        String name = newName();
        long token = take(name);

        assertThat(post(guarded, name, token).statusCode()).isEqualTo(200);
        assertThat(guarded.served()).contains("POST /jobs/" + name + " " + token);
    }

    @Test
    void aTokenIsRefusedWhenItsHoldHasEndedAndTheNextHolderPasses() throws Exception {
        String name = newName();
        String lease = Api.newLease();
        long old = api.put(hold(name, lease), TTL).number("/fencingToken");
        api.delete(hold(name, lease));

        HttpResponse<String> nobodyHolds = post(guarded, name, old);
        long token = take(name);
        HttpResponse<String> refused = post(guarded, name, old);

        assertRefused(nobodyHolds, 412, "TOKEN_ENDED");
        assertRefused(refused, 412, "TOKEN_ENDED");
        assertThat(body(refused).at("/fencingToken").asLong()).isEqualTo(old);
        assertThat(body(refused).at("/newestToken").asLong()).isEqualTo(token);
        assertThat(body(refused).at("/name").asText()).isEqualTo(name);
        assertThat(post(guarded, name, token).statusCode()).isEqualTo(200);
        assertThat(guarded.served())
                .filteredOn(served -> served.contains("/" + name + " "))
                .hasSize(1);
    }

    @Test
    void aTokenThatWasNeverGivenOutIsRefused() throws Exception {
        String name = newName();
        long token = take(name);

        assertRefused(post(guarded, name, token + 1_000_000), 412, "TOKEN_UNKNOWN");
    }

    @Test
    void theTokenOfAnotherLockIsRefused() throws Exception {
        String name = newName();
        take(name);
        long ofAnother = take(newName());

        assertThat(post(guarded, name, ofAnother).statusCode()).isEqualTo(412);
        assertThat(guarded.served()).noneMatch(served -> served.contains("/" + name + " "));
    }

    @Test
    void aRequestThatLeadsToNoNameIsNotUnderstood() throws Exception {
        assertRefused(post(guarded, "%20", 5), 400, "INVALID");
    }

    @Test
    void theTermOfALeaderPasses() throws Exception {
        String name = newName();
        long term = api.post("/v1/elections/" + name + "/candidates", "{'ttl':'60s','id':'a'}")
                .number("/term");
        try (GuardedServer office = guarded(Kind.ELECTION, server.port())) {
            assertThat(post(office, name, term).statusCode()).isEqualTo(200);
            assertRefused(post(office, name, term + 1_000_000), 412, "TOKEN_UNKNOWN");
        }
    }

    @Test
    void anotherServerIsAskedWhenTheFirstIsAway() throws Exception {
        String name = newName();
        long token = take(name);
        try (GuardedServer one = guarded(Kind.LOCK, Running.freePort(), server.port())) {
            assertThat(post(one, name, token).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void nothingPassesWhenNoServerCanBeAsked() throws Exception {
        String name = newName();
        long token = take(name);
        try (GuardedServer alone = guarded(Kind.LOCK, Running.freePort())) {
            HttpResponse<String> refused = post(alone, name, token);

            assertRefused(refused, 503, "TOKEN_UNCHECKED");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(alone.served()).isEmpty();
        }
    }

    private GuardedServer guarded(Kind kind, int... ports) throws Exception {
        List<URI> servers = Arrays.stream(ports)
                .mapToObj(port -> URI.create("http://127.0.0.1:" + port))
                .toList();
        return new GuardedServer(
                new FencingFilter(servers, kind, FencingFilterIT::lastPart, PATIENCE, client), FencingFilter.ATTRIBUTE);
    }

    private static String lastPart(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private long take(String name) {
        return api.put(hold(name, Api.newLease()), TTL).number("/fencingToken");
    }

    private HttpResponse<String> post(GuardedServer at, String name, long token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(at.url() + "/jobs/" + name))
                        .timeout(Duration.ofSeconds(30))
                        .header(FencingFilter.HEADER, String.valueOf(token))
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(body(answer).at("/code").asText()).isEqualTo(code);
    }

    private static JsonNode body(HttpResponse<String> answer) throws Exception {
        return new ObjectMapper().readTree(answer.body());
    }
}
