package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;

/** Who waits for whom over HTTP. Each test has names of its own, which it asks for by their prefix. */
class WaitsIT extends EndToEnd {
    private static final String QUEUED = "'ttl':'30s','queue':true";

    @Test
    void whereNobodyWaitsThereIsNothing() {
        String name = newName();
        take("locks", name, "'ttl':'30s'");

        Reply waits = api.get("/v1/waits?prefix=" + name + "&limit=5");

        assertThat(waits.status()).isEqualTo(200);
        assertThat(waits.body().at("/items")).isEmpty();
        assertThat(waits.body().at("/cycles")).isEmpty();
        assertThat(waits.number("/waiting")).isZero();
        assertThat(waits.body().at("/complete").asBoolean()).isTrue();
        assertThat(api.get("/v1/waits?limit=0").status()).isEqualTo(400);
        assertThat(api.get("/").text("/links/waits")).isEqualTo("/v1/waits");
    }

    @Test
    void allKindsAreLookedAtAndWhoStandsBehindWhom() {
        String name = newName() + "-all";
        String holder = take("locks", name, "'ttl':'30s','owner':'a'");
        String first = take("locks", name, QUEUED + ",'owner':'b'");
        String second = take("locks", name, QUEUED + ",'owner':'c'");
        take("rwlocks", name, "'ttl':'30s','mode':'read'");
        String writer = take("rwlocks", name, QUEUED + ",'mode':'write'");
        String reader = take("rwlocks", name, QUEUED + ",'mode':'read'");
        api.put("/v1/semaphores/" + name, "{'permits':2}");
        String permits = take("semaphores", name, "'ttl':'30s','count':2");
        String wants = take("semaphores", name, QUEUED + ",'count':2");
        String leader = Api.newLease();
        api.put("/v1/elections/" + name + "/candidates/" + leader, "{'ttl':'30s'}");
        String follower = Api.newLease();
        api.put("/v1/elections/" + name + "/candidates/" + follower, "{'ttl':'30s'}");

        Reply waits = api.get("/v1/waits?prefix=" + name);

        assertThat(waits.number("/waiting")).isEqualTo(6);
        assertThat(texts(waits.body().at("/items"), "/lease"))
                .containsExactly(first, second, writer, reader, wants, follower);
        assertThat(texts(waits.body().at("/items"), "/kind"))
                .containsExactly("lock", "lock", "rwlock", "rwlock", "semaphore", "election");
        assertThat(texts(waits.body().at("/items/0/behind"), "")).containsExactly(holder);
        assertThat(waits.text("/items/0/owner")).isEqualTo("b");
        assertThat(waits.text("/items/0/since")).isNotEmpty();
        assertThat(texts(waits.body().at("/items/1/behind"), "")).containsExactly(holder, first);
        assertThat(waits.number("/items/1/position")).isEqualTo(2);
        assertThat(texts(waits.body().at("/items/3/behind"), "")).containsExactly(writer);
        assertThat(texts(waits.body().at("/items/4/behind"), "")).containsExactly(permits);
        assertThat(waits.number("/items/4/count")).isEqualTo(2);
        assertThat(texts(waits.body().at("/items/5/behind"), "")).containsExactly(leader);
        Reply one = api.get("/v1/waits?limit=1&prefix=" + name);
        assertThat(one.body().at("/items")).hasSize(1);
        assertThat(one.number("/waiting")).isEqualTo(6);
    }

    @Test
    void nativeClientsWaitAndAreWaitedForUnderTheirNodes() throws Exception {
        String name = newName();
        take("locks", name, "'ttl':'30s','owner':'a'");
        try (CuratorFramework curator = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + server.zooKeeperPort(), 10_000, 10_000, new RetryOneTime(100))) {
            curator.start();
            InterProcessMutex mutex = new InterProcessMutex(curator, "/tenure/locks/" + name);
            CompletableFuture<Boolean> waits = CompletableFuture.supplyAsync(() -> acquired(mutex));
            await().until(() -> api.get("/v1/waits?prefix=" + name).number("/waiting") == 1);
            take("locks", name, QUEUED + ",'owner':'b'");

            Reply told = api.get("/v1/waits?prefix=" + name);

            assertThat(told.body().at("/items/0/native").asBoolean()).isTrue();
            String node = told.text("/items/0/lease");
            assertThat(node).startsWith("_c_").contains("-lock-");
            assertThat(told.text("/items/1/behind/1")).isEqualTo(node);
            waits.join();
        }
    }

    @Test
    void leasesThatWaitForEachOtherAreACycle() {
        String prefix = newName() + "-cycle-";
        String a = lease("a");
        String b = lease("b");
        api.put(hold(prefix + "x", a), "{}");
        api.put(hold(prefix + "y", b), "{}");
        List<CompletableFuture<Reply>> hanging = new ArrayList<>();
        hanging.add(api.later("PUT", hold(prefix + "y", a), "{'wait':'20s'}"));
        await().until(() -> api.get("/v1/waits?prefix=" + prefix).number("/waiting") == 1);
        assertThat(api.get("/v1/waits?prefix=" + prefix).body().at("/cycles")).isEmpty();
        hanging.add(api.later("PUT", hold(prefix + "x", b), "{'wait':'20s'}"));
        await().until(() -> api.get("/v1/waits?prefix=" + prefix).number("/waiting") == 2);

        Reply told = api.get("/v1/waits?prefix=" + prefix);

        assertThat(told.body().at("/cycles")).hasSize(1);
        assertThat(texts(told.body().at("/cycles/0/leases"), "/lease")).containsExactlyInAnyOrder(a, b);
        int atA = told.text("/cycles/0/leases/0/lease").equals(a) ? 0 : 1;
        String member = "/cycles/0/leases/" + atA;
        assertThat(told.text(member + "/holds/0/name")).isEqualTo(prefix + "x");
        assertThat(told.text(member + "/wants/0/name")).isEqualTo(prefix + "y");
        assertThat(told.text("/cycles/0/detail"))
                .contains("a holds lock " + prefix + "x and waits for lock " + prefix + "y")
                .contains("b holds lock " + prefix + "y and waits for lock " + prefix + "x");
        api.delete("/v1/leases/" + b);
        assertThat(api.get("/v1/waits?prefix=" + prefix).body().at("/cycles")).isEmpty();
        hanging.forEach(CompletableFuture::join);
    }

    @Test
    void severalAtOnceAndAttachedHoldsMakeACycleOverOneThatIsOnlyFirst() {
        String prefix = newName() + "-several-";
        String holder = lease("h");
        api.put(hold(prefix + "x", holder), "{}");
        String several = Api.newLease();
        CompletableFuture<Reply> together = api.later(
                "PUT",
                "/v1/leases/" + several + "/holds",
                "{'ttl':'30s','wait':'20s','owner':'m','holds':[{'kind':'lock','name':'" + prefix
                        + "x'},{'kind':'lock','name':'" + prefix + "y'}]}");
        await().until(() -> api.get("/v1/waits?prefix=" + prefix).number("/waiting") == 1);
        // who holds x waits behind who is first for y and waits for x
        CompletableFuture<Reply> attached = api.later("PUT", hold(prefix + "y", holder), "{'wait':'20s'}");
        await().until(() -> api.get("/v1/waits?prefix=" + prefix).number("/waiting") == 2);

        Reply told = api.get("/v1/waits?prefix=" + prefix);

        assertThat(told.body().at("/cycles")).hasSize(1);
        assertThat(texts(told.body().at("/cycles/0/leases"), "/lease")).containsExactlyInAnyOrder(holder, several);
        int at = told.text("/cycles/0/leases/0/lease").equals(several) ? 0 : 1;
        assertThat(told.text("/cycles/0/leases/" + at + "/reserves/0/name")).isEqualTo(prefix + "y");
        assertThat(told.text("/cycles/0/leases/" + at + "/wants/0/name")).isEqualTo(prefix + "x");
        assertThat(told.text("/cycles/0/detail"))
                .contains("m is first for lock " + prefix + "y and waits for lock " + prefix + "x");
        api.delete("/v1/leases/" + holder);
        assertThat(together.join().status()).isEqualTo(201);
        attached.join();
    }

    private static boolean acquired(InterProcessMutex mutex) {
        try {
            return mutex.acquire(4, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String lease(String owner) {
        String lease = Api.newLease();
        api.put("/v1/leases/" + lease, "{'ttl':'30s','owner':'" + owner + "'}");
        return lease;
    }

    private static List<String> texts(JsonNode array, String pointer) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.at(pointer).asText()));
        return texts;
    }

    /** Takes it, or a place that stays, under a lease of its own. */
    private String take(String kinds, String name, String fields) {
        String lease = Api.newLease();
        Reply taken = api.put("/v1/" + kinds + "/" + name + "/holds/" + lease, "{" + fields + "}");
        assertThat(taken.status()).as("%s", taken).isIn(201, 202);
        return lease;
    }
}
