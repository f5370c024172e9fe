package io.tenure.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Read/write locks that Curator's {@code InterProcessReadWriteLock} and HTTP clients share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeReadWriteLockIT {
    private static final String READ = "{'ttl':'20s','wait':'20s','mode':'read'}";
    private static final String WRITE = "{'ttl':'20s','wait':'20s','mode':'write'}";

    private Running server;
    private Api api;
    private final List<CuratorFramework> curators = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) {
        server = Running.start(data);
        api = server.api();
    }

    @AfterAll
    void stop() {
        curators.forEach(CuratorFramework::close);
        server.close();
    }

    private CuratorFramework curator() {
        CuratorFramework curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + server.zooKeeperPort(), 10_000, 10_000, new RetryOneTime(100));
        curator.start();
        curators.add(curator);
        return curator;
    }

    @Test
    void readersShareAndWritersExcludeEachOtherWhoeverTheyAre() throws Exception {
        String name = "rw-shared";
        Room room = new Room(Integer.MAX_VALUE);
        AtomicLong lastToken = new AtomicLong();
        Crowd crowd = new Crowd(Duration.ofSeconds(20));
        try (NativeNodes nodes = new NativeNodes(curator(), "/tenure/rwlocks/" + name)) {
            for (int i = 0; i < 3; i++) {
                InterProcessReadWriteLock lock = new InterProcessReadWriteLock(curator(), "/tenure/rwlocks/" + name);
                crowd.add("native-" + i, () -> visit(lock, room, nodes));
                Api own = server.api();
                crowd.add("http-" + i, () -> visit(own, name, room, lastToken));
            }
            crowd.await();

            assertThat(room.overlaps()).isZero();
            assertThat(room.lost()).isZero();
            assertThat(room.fullest()).isGreaterThan(1);
            assertThat(crowd.longest()).isLessThan(Duration.ofSeconds(5));
            assertThat(nodes.seen()).isGreaterThan(50);
            assertThat(nodes.harmed()).isEmpty();
        }
        Reply look = api.get("/v1/rwlocks/" + name);
        assertThat(look.body().at("/holders")).isEmpty();
        assertThat(look.number("/queueLength")).isZero();
        System.out.println("read/write holds in 20 s, native and http in turn: " + crowd.visits() + ", longest "
                + crowd.longest().toMillis() + " ms, at most " + room.fullest() + " readers at once");
    }

    /** Reads, writes, or writes and then only reads. */
    private static void visit(InterProcessReadWriteLock lock, Room room, NativeNodes nodes) throws Exception {
        int what = ThreadLocalRandom.current().nextInt(10);
        InterProcessReadWriteLock.ReadLock read = lock.readLock();
        InterProcessReadWriteLock.WriteLock write = lock.writeLock();
        if (what < 5) {
            assertThat(read.acquire(20, TimeUnit.SECONDS)).isTrue();
            room.share(1);
            give(read, read.getLockPath(), nodes);
            return;
        }
        assertThat(write.acquire(20, TimeUnit.SECONDS)).isTrue();
        room.alone();
        if (what == 9) {
            assertThat(read.acquire(20, TimeUnit.SECONDS)).isTrue();
            give(write, write.getLockPath(), nodes);
            room.share(1);
            give(read, read.getLockPath(), nodes);
        } else {
            give(write, write.getLockPath(), nodes);
        }
    }

    private static void give(InterProcessMutex mutex, String path, NativeNodes nodes) throws Exception {
        nodes.gives(path);
        mutex.release();
    }

    private static void visit(Api api, String name, Room room, AtomicLong lastToken) {
        int what = ThreadLocalRandom.current().nextInt(10);
        Reply held = api.post("/v1/rwlocks/" + name, what < 5 ? READ : WRITE);
        assertThat(held.status()).as("%s", held).isEqualTo(201);
        String path = "/v1/rwlocks/" + name + "/holds/" + held.text("/lease");
        long token = held.number("/fencingToken");
        if (what < 5) {
            // no earlier writer's token is higher, nor is a later one's lower
            assertThat(token).isGreaterThan(lastToken.get());
            room.share(1);
        } else {
            assertThat(token).isGreaterThan(lastToken.get());
            lastToken.set(token);
            room.alone();
        }
        if (what == 9) {
            Reply reads = api.post(path + "/downgrade", null);
            assertThat(reads.number("/fencingToken")).as("%s", reads).isEqualTo(token);
            room.share(1);
        }
        Reply released = api.delete(path);
        assertThat(released.status()).as("%s", released).isEqualTo(200);
    }

    @Test
    void aNativeDowngradeLetsHttpReadersInAndKeepsWritersOut() throws Exception {
        String name = "rw-native-downgrade";
        InterProcessReadWriteLock lock = new InterProcessReadWriteLock(curator(), "/tenure/rwlocks/" + name);
        lock.writeLock().acquire();
        CompletableFuture<Reply> reader = api.later("POST", "/v1/rwlocks/" + name, READ);
        awaitQueue(name, 1);
        CompletableFuture<Reply> writer = api.later("POST", "/v1/rwlocks/" + name, WRITE);
        awaitQueue(name, 2);

        lock.readLock().acquire();
        assertThat(api.get("/v1/rwlocks/" + name).number("/queueLength")).isGreaterThanOrEqualTo(2);
        assertThat(reader).isNotDone();
        lock.writeLock().release();

        Reply read = reader.join();
        assertThat(read.status()).isEqualTo(201);
        Reply look = api.get("/v1/rwlocks/" + name);
        assertThat(look.body().at("/holders")).hasSize(2);
        assertThat(look.body().at("/holders/0/native").asBoolean()).isTrue();
        assertThat(look.text("/holders/0/mode")).isEqualTo("read");
        api.delete("/v1/rwlocks/" + name + "/holds/" + read.text("/lease"));
        assertThat(writer).isNotDone();
        lock.readLock().release();
        assertThat(writer.join().status()).isEqualTo(201);
    }

    @Test
    void anHttpDowngradeLetsNativeReadersInAndKeepsNativeWritersOut() throws Exception {
        String name = "rw-http-downgrade";
        String lease = Api.newLease();
        String path = "/v1/rwlocks/" + name + "/holds/" + lease;
        Reply held = api.put(path, WRITE);
        InterProcessReadWriteLock first = new InterProcessReadWriteLock(curator(), "/tenure/rwlocks/" + name);
        InterProcessReadWriteLock second = new InterProcessReadWriteLock(curator(), "/tenure/rwlocks/" + name);
        CompletableFuture<Boolean> reader = later(first.readLock());
        awaitQueue(name, 1);
        CompletableFuture<Boolean> writer = later(second.writeLock());
        awaitQueue(name, 2);

        assertThat(api.post(path + "/downgrade", null).number("/fencingToken")).isEqualTo(held.number("/fencingToken"));

        assertThat(reader.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(writer).isNotDone();
        assertThat(api.post("/v1/rwlocks/" + name, "{'ttl':'20s','mode':'read'}")
                        .status())
                .isEqualTo(409);
        assertThat(api.delete(path).status()).isEqualTo(200);
        assertThat(writer.get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Takes it on a thread of its own and gives it back at once: native locks belong to threads. */
    private static CompletableFuture<Boolean> later(InterProcessMutex mutex) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                boolean taken = mutex.acquire(20, TimeUnit.SECONDS);
                if (taken) {
                    mutex.release();
                }
                return taken;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void awaitQueue(String name, int length) {
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> api.get("/v1/rwlocks/" + name).number("/queueLength") == length);
    }
}
