package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.app.Elsewhere;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.TcpProxy.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a request may hang when ZooKeeper says nothing any more, or is cut off: what is under way is told soon that nobody knows, what
 * comes later at once; who waits is held.
 */
@Tag("alone")
class SilentStoreIT {
    /** The sessions' default; ZooKeeper's client by itself would let requests hang for 6.7 s. */
    private static final Duration SESSION = Duration.ofSeconds(10);

    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final int UNDER_WAY = 8;
    private static final int LATER = 21;

    private Elsewhere elsewhere;
    private Running server;
    private Api api;
    private String held;
    private CompletableFuture<Reply> waiting;

    @BeforeEach
    void start(@TempDir Path folder) {
        elsewhere = new Elsewhere(folder.resolve("elsewhere"), Running.freePort());
        server = Running.start(
                folder.resolve("data"), elsewhere::application, "zookeeper.sessionTimeout", SESSION.toSeconds() + "s");
        api = server.api();
        held = "/v1/locks/held/holds/" + Api.newLease();
        assertThat(api.put(held, "{'ttl':'60s'}").status()).isEqualTo(201);
        waiting = api.later("PUT", "/v1/locks/held/holds/" + Api.newLease(), "{'ttl':'60s','wait':'55s'}");
        await().until(() -> api.get("/v1/locks/held").number("/queueLength") == 1);
    }

    @AfterEach
    void stop() {
        server.close();
        elsewhere.close();
    }

    @Test
    void aSilentStoreIsGivenUpLongBeforeItsSessions() {
        List<Timed> underWay = silent();
        underWay.forEach(Timed::refused);
        long longest = longest(underWay);
        assertThat(longest).isLessThan(BOUND.plusMillis(700).toMillis());
        goesOn("ZooKeeper silent", longest, underWay);
    }

    @Test
    void aStoreThatIsCutOffIsNoticedAtOnce() {
        List<Timed> underWay = silent();
        long cut = System.nanoTime();
        elsewhere.link().cut();
        underWay.forEach(Timed::refused);
        assertThat(millis(cut)).isLessThan(1_000);
        goesOn("ZooKeeper cut off", millis(cut), underWay);
    }

    @Test
    void aStoreThatIsSlowIsKept() {
        elsewhere.link().delay(Way.TO_CLIENT, BOUND.multipliedBy(2).dividedBy(3));
        List<Timed> slow = IntStream.range(0, 3)
                .mapToObj(i -> new Timed("PUT", path("slow-" + i), "{'ttl':'60s'}"))
                .toList();
        assertThat(slow).allSatisfy(one -> assertThat(one.reply().status()).isEqualTo(201));
        assertThat(longest(slow)).isGreaterThan(BOUND.dividedBy(2).toMillis());
        assertThat(api.get("/health/ready").text("/level")).isEqualTo("NORMAL");
        elsewhere.link().heal();
        assertThat(api.delete(held).status()).isEqualTo(200);
        assertThat(waiting.join().status()).isEqualTo(201);
    }

    /** Begins the silence, with requests under way. */
    private List<Timed> silent() {
        elsewhere.link().stall(Way.TO_SERVER);
        elsewhere.link().stall(Way.TO_CLIENT);
        List<Timed> underWay = new ArrayList<>();
        for (int i = 0; i < UNDER_WAY; i++) {
            underWay.add(new Timed("PUT", path("under-way-" + i), "{'ttl':'60s'}"));
        }
        underWay.add(new Timed("POST", "/v1/leases/" + held.substring(held.lastIndexOf('/') + 1) + "/renew", null));
        underWay.add(new Timed("GET", "/v1/locks/held", null));
        return underWay;
    }

    /** What comes later is refused at once; who waits is held; all goes on when the store is back, each under its own id. */
    private void goesOn(String what, long longest, List<Timed> underWay) {
        await().atMost(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.get("/health/ready").text("/level").equals("SUSPENDED"));
        List<Long> later = new ArrayList<>();
        for (int i = 0; i < LATER; i++) {
            Timed one = new Timed("PUT", path("later-" + i), "{'ttl':'60s','wait':'20s'}");
            one.refused();
            later.add(one.millis());
        }
        later.sort(null);
        assertThat(later.get(LATER / 2)).isLessThan(AT_ONCE.toMillis());
        assertThat(waiting).isNotDone();

        elsewhere.link().heal();
        long healed = System.nanoTime();
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.put(held, "{'ttl':'60s'}").status() == 200);
        System.out.printf(
                "%s: what was under way was answered within %d ms, what came later within %d ms (median %d); serves again after %d ms%n",
                what, longest, later.get(LATER - 1), later.get(LATER / 2), millis(healed));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get("/health/ready").text("/level").equals("NORMAL"));
        for (Timed one : underWay) {
            if (one.method.equals("PUT")) {
                assertThat(api.put(one.path, "{'ttl':'60s'}").status()).isIn(200, 201);
            }
        }
        assertThat(api.delete(held).status()).isEqualTo(200);
        assertThat(waiting.join().status()).isEqualTo(201);
    }

    private static String path(String name) {
        return "/v1/locks/" + name + "/holds/" + Api.newLease();
    }

    private static long longest(List<Timed> all) {
        return all.stream().mapToLong(Timed::millis).max().orElseThrow();
    }

    private static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    /** A request and how long its answer took. */
    private final class Timed {
        private final String method;
        private final String path;
        private final CompletableFuture<Reply> reply;
        private volatile long millis;

        Timed(String method, String path, @Nullable String json) {
            this.method = method;
            this.path = path;
            long sent = System.nanoTime();
            this.reply =
                    api.later(method, path, json).whenComplete((done, failure) -> millis = SilentStoreIT.millis(sent));
        }

        Reply reply() {
            return reply.join();
        }

        long millis() {
            reply();
            return millis;
        }

        void refused() {
            assertThat(reply().status()).as("%s %s: %s", method, path, reply()).isEqualTo(503);
            assertThat(reply().text("/code")).isEqualTo("STORE_UNAVAILABLE");
            assertThat(reply().headers().firstValueAsLong("Retry-After").orElse(0))
                    .isPositive();
        }
    }
}
