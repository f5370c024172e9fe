package io.tenure.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tenure.http.Json;
import io.tenure.name.EndedBy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each body looks like on the wire. A change here is a change of the contract: {@code docs/api.md} and the changelog say so. */
class BodiesTest {
    private static final String LEASE = "4f1c2a3e-90ab-4cde-8f01-23456789abcd";
    private static final String AT = "2026-11-22T02:00:00.113Z";
    private static final long TOKEN = 4_294_967_312L;

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments(
                        new HeldBody(
                                LEASE,
                                "lock",
                                "nightly",
                                null,
                                null,
                                TOKEN,
                                29_988L,
                                30_000L,
                                "etl@a",
                                "why",
                                Map.of("run", "17"),
                                AT,
                                AT,
                                AT,
                                null,
                                null,
                                null),
                        """
                        {"lease":"%s","kind":"lock","name":"nightly","state":"HELD","fencingToken":4294967312,\
                        "validForMillis":29988,"ttlMillis":30000,"owner":"etl@a","reason":"why","metadata":{"run":"17"},\
                        "queuedAt":"%s","grantedAt":"%s","expiresAt":"%s"}""".formatted(LEASE, AT, AT, AT)),
                arguments(
                        new HeldBody(
                                "_c_x-lock-0000000003",
                                "lock",
                                "nightly",
                                null,
                                null,
                                null,
                                null,
                                null,
                                "10.0.0.7",
                                null,
                                null,
                                null,
                                AT,
                                null,
                                null,
                                null,
                                true),
                        """
                        {"lease":"_c_x-lock-0000000003","kind":"lock","name":"nightly","state":"HELD","owner":"10.0.0.7",\
                        "grantedAt":"%s","native":true}""".formatted(AT)),
                arguments(
                        new QueuedBody(
                                LEASE,
                                "lock",
                                "nightly",
                                null,
                                null,
                                0,
                                29_990L,
                                30_000L,
                                "etl@a",
                                null,
                                AT,
                                List.of(new NamedBody("lock", "other")),
                                null),
                        """
                        {"lease":"%s","kind":"lock","name":"nightly","state":"QUEUED","position":0,"validForMillis":29990,\
                        "ttlMillis":30000,"owner":"etl@a","queuedAt":"%s","waitsFor":[{"kind":"lock","name":"other"}]}""".formatted(LEASE, AT)),
                arguments(
                        new EndedBody(
                                LEASE, "lock", "nightly", EndedBy.RELEASED, AT, null, null, TOKEN, AT, 41_230L, null),
                        """
                        {"lease":"%s","kind":"lock","name":"nightly","state":"ENDED","endedBy":"RELEASED","endedAt":"%s",\
                        "fencingToken":4294967312,"grantedAt":"%s","heldMillis":41230}""".formatted(LEASE, AT, AT)),
                arguments(
                        new LeaseBody(
                                LEASE,
                                "LIVE",
                                "etl@a",
                                30_000,
                                29_988L,
                                AT,
                                AT,
                                AT,
                                null,
                                null,
                                Map.of("run", "17"),
                                List.of(
                                        new LeaseBody.Hold("lock", "nightly", "HELD", TOKEN),
                                        new LeaseBody.Hold("lock", "other", "QUEUED", null))),
                        """
                        {"lease":"%s","state":"LIVE","owner":"etl@a","ttlMillis":30000,"validForMillis":29988,\
                        "grantedAt":"%s","renewedAt":"%s","expiresAt":"%s","metadata":{"run":"17"},\
                        "holds":[{"kind":"lock","name":"nightly","state":"HELD","fencingToken":4294967312},\
                        {"kind":"lock","name":"other","state":"QUEUED"}]}""".formatted(LEASE, AT, AT, AT)),
                arguments(new LeaseEndedBody(LEASE, EndedBy.REVOKED, AT, "anna", "INC-1", List.of()), """
                        {"lease":"%s","state":"ENDED","endedBy":"REVOKED","endedAt":"%s","by":"anna","reason":"INC-1",\
                        "holds":[]}""".formatted(
                                LEASE, AT)),
                arguments(
                        new RenewedBody(LEASE, "LIVE", 29_990L, 30_000L, AT, 1, null, null, null, null),
                        """
                        {"lease":"%s","state":"LIVE","validForMillis":29990,"ttlMillis":30000,"expiresAt":"%s","holdCount":1}""".formatted(LEASE, AT)),
                arguments(
                        new RenewManyBody(
                                0,
                                List.of(
                                        new RenewedBody(
                                                LEASE,
                                                "ENDED",
                                                null,
                                                null,
                                                null,
                                                null,
                                                EndedBy.EXPIRED,
                                                AT,
                                                null,
                                                null),
                                        new RenewedBody(
                                                LEASE, "UNAVAILABLE", null, null, null, null, null, null, null, null))),
                        """
                        {"live":0,"items":[{"lease":"%s","state":"ENDED","endedBy":"EXPIRED","endedAt":"%s"},\
                        {"lease":"%s","state":"UNAVAILABLE"}]}""".formatted(LEASE, AT, LEASE)),
                arguments(
                        new SeveralBody(
                                LEASE,
                                "HELD",
                                59_980L,
                                60_000,
                                "move@a",
                                List.of(new LeaseBody.Hold("lock", "acct-1", "HELD", TOKEN))),
                        """
                        {"lease":"%s","state":"HELD","validForMillis":59980,"ttlMillis":60000,"owner":"move@a",\
                        "holds":[{"kind":"lock","name":"acct-1","state":"HELD","fencingToken":4294967312}]}""".formatted(LEASE)),
                arguments(
                        new LockBody(
                                "nightly", "42", null, List.of(), List.of(), 0, null, null, 0, "/tenure/locks/nightly"),
                        """
                        {"name":"nightly","revision":"42","holders":[],"waiters":[],"queueLength":0,"closedForMillis":0,\
                        "path":"/tenure/locks/nightly"}"""),
                arguments(new TokenBody(TOKEN, true, LEASE, AT), """
                        {"fencingToken":4294967312,"current":true,"lease":"%s","expiresAt":"%s"}""".formatted(LEASE, AT)),
                arguments(new PageBody<>(List.of(), null), "{\"items\":[]}"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void theFormIsFrozen(Record body, String json) throws JsonProcessingException {
        assertThat(Json.mapper().writeValueAsString(body)).isEqualTo(json);
    }
}
