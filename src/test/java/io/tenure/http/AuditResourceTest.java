package io.tenure.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import io.dropwizard.testing.junit5.ResourceExtension;
import io.tenure.audit.AuditQueries;
import io.tenure.audit.AuditStory;
import io.tenure.audit.CatchUp;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit log over HTTP: the forms of its answers, frozen, and what it refuses. */
@ExtendWith(DropwizardExtensionsSupport.class)
class AuditResourceTest {
    private static final AuditStory STORY = AuditStory.told();

    private final ResourceExtension resources = ResourceExtension.builder()
            .setRegisterDefaultExceptionMappers(false)
            .addProvider(new HttpFeature(65_536))
            .addResource(new AuditResource(
                    new AuditQueries(STORY.jdbi(), STORY::now),
                    new CatchUp(STORY.drain(), STORY.timers()),
                    new Answers(Runnable::run),
                    STORY::now))
            .build();

    private Response get(String pathAndQuery) {
        URI uri = URI.create("/v1/audit/" + pathAndQuery);
        WebTarget target = resources.target(uri.getPath());
        if (uri.getQuery() != null) {
            for (String pair : uri.getQuery().split("&", -1)) {
                String[] parts = pair.split("=", 2);
                target = target.queryParam(parts[0], parts[1].replace("+", "%2B"));
            }
        }
        return target.request().get();
    }

    private String body(String pathAndQuery) {
        Response response = get(pathAndQuery);
        assertThat(response.getStatus()).isEqualTo(200);
        return response.readEntity(String.class).strip();
    }

    @Test
    void eventsHaveTheFrozenForm() {
        assertThat(body("events?name=nightly&action=GRANTED")).isEqualTo("""
                        {"items":[{"number":2,"at":"2026-11-22T02:00:01.500Z","action":"GRANTED","kind":"lock","name":"nightly",\
                        "lease":"4f1c2a3e-90ab-4cde-8f01-23456789abcd","token":1500,"owner":"etl@a","principal":"etl",\
                        "address":"10.0.0.7","reason":"nightly load","waitedMillis":500,"server":"s1","requestId":"r-1",\
                        "metadata":{"run":"17"}}],"complete":false,"recordedUntil":"2026-11-22T02:00:09.000Z",\
                        "recordedNumber":8}""");
    }

    @Test
    void tenuresHaveTheFrozenForm() {
        assertThat(body("tenures?name=nightly&to=2026-11-22T02:00:09Z")).isEqualTo("""
                        {"items":[{"tenure":2,"kind":"lock","name":"nightly","token":1500,\
                        "lease":"4f1c2a3e-90ab-4cde-8f01-23456789abcd","owner":"etl@a","principal":"etl","address":"10.0.0.7",\
                        "queuedAt":"2026-11-22T02:00:01.000Z","grantedAt":"2026-11-22T02:00:01.500Z",\
                        "endedAt":"2026-11-22T02:00:04.500Z","waitedMillis":500,"heldMillis":3000,"endedBy":"REVOKED",\
                        "endedByPrincipal":"anna","reason":"nightly load","endReason":"INC-1","renewals":6,"ttlMillis":30000,\
                        "closedUntil":"2026-11-22T02:00:05.000Z","grantedNumber":2,"endedNumber":3,"metadata":{"run":"17"}}],\
                        "complete":true,"recordedUntil":"2026-11-22T02:00:09.000Z","recordedNumber":8}""");
    }

    @Test
    void holdersHaveTheFrozenForm() {
        assertThat(body("holders?at=2026-11-22T03:00:00%2B01:00&name=nightly")).isEqualTo("""
                        {"at":"2026-11-22T02:00:00.000Z","items":[],"complete":true,\
                        "recordedUntil":"2026-11-22T02:00:09.000Z","recordedNumber":8}""");
        assertThat(body("holders?at=2026-11-22T02:00:05Z&name=nightly&kind=lock"))
                .contains("\"items\":[],\"previousTenure\":{\"tenure\":2,");
    }

    @Test
    void readWriteLocksTellTheirModeInTheFrozenForm() {
        assertThat(body("events?name=ledger&action=DOWNGRADED")).startsWith("""
                        {"items":[{"number":5,"at":"2026-11-22T02:00:06.000Z","action":"DOWNGRADED","kind":"rwlock","name":"ledger",\
                        "mode":"read","lease":"12345678-9abc-0000-0000-000000000002","token":5000,"owner":"etl@a",\
                        "address":"127.0.0.1","server":"s1"}],""");
        String tenure = """
                        {"items":[{"tenure":4,"kind":"rwlock","name":"ledger","mode":"%s","token":5000,\
                        "lease":"12345678-9abc-0000-0000-000000000002","owner":"etl@a","address":"127.0.0.1",\
                        "grantedAt":"2026-11-22T02:00:05.000Z","downgradedAt":"2026-11-22T02:00:06.000Z",\
                        "endedAt":"2026-11-22T02:00:08.000Z","heldMillis":3000,"endedBy":"RELEASED","renewals":2,"ttlMillis":30000,\
                        "grantedNumber":4,"endedNumber":8}],""";
        assertThat(body("tenures?name=ledger")).startsWith(String.format(tenure, "write"));
        assertThat(body("holders?at=2026-11-22T02:00:05Z&name=ledger"))
                .contains(String.format(tenure, "write").substring(1));
        assertThat(body("holders?at=2026-11-22T02:00:06Z&name=ledger"))
                .contains(String.format(tenure, "read").substring(1));
    }

    @Test
    void semaphoresTellTheirPermitsInTheFrozenForm() {
        assertThat(body("events?name=bulk&order=oldest")).startsWith("""
                        {"items":[{"number":6,"at":"2026-11-22T02:00:06.500Z","action":"PERMITS_CHANGED","kind":"semaphore",\
                        "name":"bulk","count":5,"address":"10.0.0.9","reason":"from 2 to 5","server":"s1","requestId":"r-2"},\
                        {"number":7,"at":"2026-11-22T02:00:07.000Z","action":"GRANTED","kind":"semaphore","name":"bulk","count":3,\
                        "lease":"12345678-9abc-0000-0000-000000000004","token":7000,"owner":"etl@b","address":"127.0.0.1",\
                        "server":"s1"}],""");
        assertThat(body("holders?at=2026-11-22T02:00:08Z&name=bulk")).contains("""
                        "items":[{"tenure":7,"kind":"semaphore","name":"bulk","count":3,"token":7000,""");
    }

    @Test
    void whoReadsFromTheOldestIsAlwaysToldWhereToGoOn() {
        Response first = get("events?order=oldest&limit=2");
        assertThat(first.getHeaderString("Link"))
                .startsWith("</v1/audit/events?")
                .contains("order=oldest", "limit=2", "cursor=")
                .endsWith("; rel=\"next\"");
        assertThat(first.readEntity(String.class)).contains("\"number\":1,", "\"number\":2,", "\"next\":\"");
        assertThat(get("events?limit=2&cursor=AAAA").readEntity(String.class)).contains("INVALID_CURSOR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "events?format=csv",
                "events?minHeld=5s",
                "events?open=true",
                "events?at=2026-11-22T02:00:00Z",
                "tenures?action=GRANTED",
                "tenures?open=yes",
                "tenures?minHeld=5",
                "tenures?on=start",
                "tenures?limit=1001",
                "tenures?limit=0",
                "tenures?limit=10&limit=20",
                "tenures?order=upwards",
                "tenures?kind=padlock",
                "tenures?name=a/b",
                "tenures?lease=17",
                "tenures?token=-1",
                "tenures?fromToken=x",
                "tenures?from=2026-11-22",
                "tenures?from=2026-11-22T02:00:00",
                "tenures?from=2026-11-22T02:00:00Z&to=2026-11-22T02:00:00Z",
                "tenures?endedBy=released",
                "holders",
                "holders?at=yesterday"
            })
    void whatIsNotUnderstoodIsRefused(String pathAndQuery) {
        Response response = get(pathAndQuery);
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.readEntity(String.class)).contains("\"code\":\"INVALID\"");
    }

    @Test
    void whatIsNotBuiltIsNotFoundOrNotAcceptable() {
        assertThat(get("proof").getStatus()).isEqualTo(404);
        assertThat(get("checkpoints").getStatus()).isEqualTo(404);
        assertThat(get("summary").getStatus()).isEqualTo(404);
        assertThat(resources
                        .target("/v1/audit/events")
                        .request("text/csv")
                        .get()
                        .getStatus())
                .isEqualTo(406);
    }
}
