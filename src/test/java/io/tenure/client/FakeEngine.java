package io.tenure.client;

import java.time.Duration;
import java.util.Random;

/** The client's parts over a clock and servers that are the test's. */
final class FakeEngine {
    private FakeEngine() {}

    static Engine over(Time time, Http http) {
        Random random = new Random(1);
        Calls calls = new Calls(time, http, () -> random);
        return new Engine(time, http, calls, new Renewals(time, http, calls), Duration.ofSeconds(30), "me");
    }
}
