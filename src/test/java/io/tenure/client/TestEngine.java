package io.tenure.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** What the parts of a client work with, on a time and servers of the test's own. */
final class TestEngine {
    static final Duration TTL = Duration.ofSeconds(10);

    private TestEngine() {}

    static Engine of(Time time, Http http) {
        Calls calls = new Calls(time, http, ThreadLocalRandom::current);
        return new Engine(time, http, calls, new Renewals(time, http, calls), TTL, "a@test");
    }

    /** Where nothing is asked but streams. */
    static Engine of(Time time) {
        return of(time, request -> {
            throw new AssertionError("asked for " + request);
        });
    }
}
