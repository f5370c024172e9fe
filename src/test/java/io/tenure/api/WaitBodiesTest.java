package io.tenure.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tenure.http.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of who waits for whom looks like this on the wire. A change here is a change of the contract. */
class WaitBodiesTest {
    private static final String LEASE = "4f1c2a3e-90ab-4cde-8f01-23456789abcd";
    private static final String NODE = "_c_x-lock-0000000003";
    private static final String AT = "2026-11-22T02:00:00.113Z";
    private static final NamedBody X = new NamedBody("lock", "x");
    private static final NamedBody Y = new NamedBody("lock", "y");

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments(
                        new ExplainBody(
                                LEASE, "lock", "nightly", "QUEUED", 2, AT, "why", false, List.of(), 2, null, null, null,
                                0, 20_000L, 35_000L),
                        """
                        {"lease":"%s","kind":"lock","name":"nightly","state":"QUEUED","position":2,"since":"%s",\
                        "detail":"why","free":false,"ahead":[],"aheadCount":2,"closedForMillis":0,\
                        "medianHeldMillis":20000,"estimatedWaitMillis":35000}""".formatted(LEASE, AT)),
                arguments(
                        new ExplainBody(
                                null,
                                "semaphore",
                                "bulk",
                                null,
                                null,
                                null,
                                "why",
                                true,
                                List.of(),
                                0,
                                5,
                                0,
                                0,
                                0,
                                null,
                                null),
                        """
                        {"kind":"semaphore","name":"bulk","detail":"why","free":true,"ahead":[],"aheadCount":0,\
                        "permits":5,"permitsOut":0,"permitsWanted":0,"closedForMillis":0}"""),
                arguments(
                        new AheadBody(LEASE, "a", "HELD", "write", null, null, AT, AT, AT, "close", null, true, null),
                        """
                        {"lease":"%s","owner":"a","state":"HELD","mode":"write","since":"%s","expiresAt":"%s",\
                        "maxHoldUntil":"%s","reason":"close","revoking":true}""".formatted(LEASE, AT, AT, AT)),
                arguments(
                        new AheadBody(LEASE, "a", "QUEUED", null, 2, 0, AT, null, null, null, List.of(Y), null, null),
                        """
                        {"lease":"%s","owner":"a","state":"QUEUED","count":2,"position":0,"since":"%s",\
                        "waitsFor":[{"kind":"lock","name":"y"}]}""".formatted(LEASE, AT)),
                arguments(
                        new AheadBody(
                                NODE, "10.0.0.7", "HELD", null, null, null, AT, null, null, null, null, null, true),
                        """
                        {"lease":"%s","owner":"10.0.0.7","state":"HELD","since":"%s","native":true}""".formatted(NODE, AT)),
                arguments(
                        new WaitsBody(
                                List.of(new WaitBody(
                                        LEASE, "a", "rwlock", "x", "read", null, 1, AT, List.of(NODE), null)),
                                1,
                                List.of(),
                                true),
                        """
                        {"items":[{"lease":"%s","owner":"a","kind":"rwlock","name":"x","mode":"read","position":1,\
                        "since":"%s","behind":["%s"]}],"waiting":1,"cycles":[],"complete":true}""".formatted(LEASE, AT, NODE)),
                arguments(
                        new WaitBody(NODE, "10.0.0.7", "semaphore", "x", null, 2, 1, AT, List.of(), true),
                        """
                        {"lease":"%s","owner":"10.0.0.7","kind":"semaphore","name":"x","count":2,"position":1,\
                        "since":"%s","behind":[],"native":true}""".formatted(NODE, AT)),
                arguments(
                        new CycleBody(
                                "why",
                                List.of(
                                        new CycleBody.Member(LEASE, "a", List.of(X), List.of(), List.of(Y), null),
                                        new CycleBody.Member(LEASE, "b", List.of(), List.of(Y), List.of(X), null))),
                        """
                        {"detail":"why","leases":[{"lease":"%s","owner":"a","holds":[{"kind":"lock","name":"x"}],\
                        "wants":[{"kind":"lock","name":"y"}]},{"lease":"%s","owner":"b","holds":[],\
                        "reserves":[{"kind":"lock","name":"y"}],"wants":[{"kind":"lock","name":"x"}]}]}""".formatted(LEASE, LEASE)));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void theFormIsFrozen(Record body, String json) throws JsonProcessingException {
        assertThat(Json.mapper().writeValueAsString(body)).isEqualTo(json);
    }
}
