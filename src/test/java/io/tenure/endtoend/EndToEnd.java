package io.tenure.endtoend;

import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of a whole server share: one server for each class, a fresh name for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EndToEnd {
    private static final AtomicInteger NAMES = new AtomicInteger();

    Running server;
    Api api;

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data, overrides());
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Keys of the configuration and their values, in turn. */
    String[] overrides() {
        return new String[0];
    }

    /** A lock that no other test uses. */
    static String newName() {
        return "lock-" + NAMES.incrementAndGet();
    }

    static String hold(String name, String lease) {
        return hold("lock", name, lease);
    }

    static String hold(String kind, String name, String lease) {
        return thing(kind, name) + "/holds/" + lease;
    }

    static String thing(String kind, String name) {
        return "/v1/" + kind + "s/" + name;
    }

    /** Returns when so many wait for it. */
    void awaitQueue(String kind, String name, int length) {
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> api.get(thing(kind, name)).number("/queueLength") == length);
    }
}
