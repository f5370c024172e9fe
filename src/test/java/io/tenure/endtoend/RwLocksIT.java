package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Read/write locks over HTTP. */
class RwLocksIT extends EndToEnd {
    private static final String READ = "{'ttl':'30s','owner':'r','mode':'read'}";
    private static final String WRITE = "{'ttl':'30s','owner':'w','mode':'write'}";
    private static final String READ_WAITING = "{'ttl':'30s','owner':'r','mode':'read','wait':'20s'}";
    private static final String WRITE_WAITING = "{'ttl':'30s','owner':'w','mode':'write','wait':'20s'}";

    @Test
    void readersShareAndAWriterIsRefused() {
        String name = newName();

        Reply first = api.put(at(name, Api.newLease()), READ);
        Reply second = api.post(thing("rwlock", name), READ);
        Reply writer = api.post(thing("rwlock", name), WRITE);

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.text("/kind")).isEqualTo("rwlock");
        assertThat(first.text("/mode")).isEqualTo("read");
        assertThat(second.status()).as("%s", second).isEqualTo(201);
        assertThat(second.number("/fencingToken")).isGreaterThanOrEqualTo(first.number("/fencingToken"));
        assertThat(writer.status()).isEqualTo(409);
        assertThat(writer.text("/code")).isEqualTo("HELD");
        assertThat(writer.text("/kind")).isEqualTo("rwlock");
        Reply look = api.get(thing("rwlock", name));
        assertThat(look.body().at("/holders")).hasSize(2);
        assertThat(look.text("/holders/1/mode")).isEqualTo("read");
        assertThat(look.number("/queueLength")).isZero();
        assertThat(look.has("/permits")).isFalse();
        assertThat(look.text("/path")).isEqualTo("/tenure/rwlocks/" + name);
    }

    @Test
    void aWriterKeepsEverybodyOut() {
        String name = newName();
        String writer = Api.newLease();
        Reply held = api.put(at(name, writer), WRITE);

        Reply reader = api.post(thing("rwlock", name), READ);
        Reply other = api.post(thing("rwlock", name), WRITE);

        assertThat(held.text("/mode")).isEqualTo("write");
        assertThat(reader.text("/code")).isEqualTo("HELD");
        assertThat(reader.text("/holder/lease")).isEqualTo(writer);
        assertThat(other.text("/code")).isEqualTo("HELD");
        assertThat(places(name)).isEqualTo(1);
    }

    @Test
    void noReaderOvertakesAWriterThatWaits() {
        String name = newName();
        String reader = Api.newLease();
        api.put(at(name, reader), READ);
        CompletableFuture<Reply> writer = api.later("POST", thing("rwlock", name), WRITE_WAITING);
        awaitQueue("rwlock", name, 1);

        Reply tried = api.post(thing("rwlock", name), READ);
        CompletableFuture<Reply> behind = api.later("POST", thing("rwlock", name), READ_WAITING);
        awaitQueue("rwlock", name, 2);

        assertThat(tried.status()).as("%s", tried).isEqualTo(409);
        assertThat(tried.number("/queueLength")).isEqualTo(1);
        Reply look = api.get(thing("rwlock", name));
        assertThat(look.text("/waiters/0/mode")).isEqualTo("write");
        assertThat(look.number("/waiters/0/position")).isEqualTo(1);
        assertThat(look.text("/waiters/1/mode")).isEqualTo("read");
        assertThat(look.number("/waiters/1/position")).isEqualTo(2);
        api.delete(at(name, reader));
        Reply wrote = writer.join();
        assertThat(wrote.status()).isEqualTo(201);
        assertThat(behind).isNotDone();
        api.delete(at(name, wrote.text("/lease")));
        Reply read = behind.join();
        assertThat(read.status()).isEqualTo(201);
        assertThat(read.number("/fencingToken")).isGreaterThan(wrote.number("/fencingToken"));
    }

    @Test
    void everybodyIsServedInTheOrderOfArrival() {
        String name = newName();
        String first = Api.newLease();
        api.put(at(name, first), WRITE);
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        for (String ask : List.of(READ_WAITING, READ_WAITING, WRITE_WAITING, READ_WAITING, WRITE_WAITING)) {
            waiting.add(api.later("POST", thing("rwlock", name), ask));
            awaitQueue("rwlock", name, waiting.size());
        }

        api.delete(at(name, first));
        Reply one = waiting.get(0).join();
        Reply two = waiting.get(1).join();
        assertThat(waiting.get(2)).isNotDone();
        api.delete(at(name, two.text("/lease")));
        awaitQueue("rwlock", name, 3);
        assertThat(waiting.get(2)).isNotDone();
        api.delete(at(name, one.text("/lease")));
        Reply three = waiting.get(2).join();
        assertThat(waiting.get(3)).isNotDone();
        assertThat(three.number("/fencingToken"))
                .isGreaterThan(Math.max(one.number("/fencingToken"), two.number("/fencingToken")));
        api.delete(at(name, three.text("/lease")));
        Reply four = waiting.get(3).join();
        assertThat(waiting.get(4)).isNotDone();
        api.delete(at(name, four.text("/lease")));
        assertThat(waiting.get(4).join().status()).isEqualTo(201);
        assertThat(places(name)).isEqualTo(1);
    }

    @Test
    void aWriterThatGivesUpLetsTheReadersBehindItIn() {
        String name = newName();
        api.put(at(name, Api.newLease()), READ);
        String writer = Api.newLease();
        CompletableFuture<Reply> waits = api.later("PUT", at(name, writer), WRITE_WAITING);
        awaitQueue("rwlock", name, 1);
        CompletableFuture<Reply> one = api.later("POST", thing("rwlock", name), READ_WAITING);
        CompletableFuture<Reply> two = api.later("POST", thing("rwlock", name), READ_WAITING);
        awaitQueue("rwlock", name, 3);

        assertThat(api.delete(at(name, writer)).text("/endedBy")).isEqualTo("WITHDRAWN");

        assertThat(waits.join().status()).isEqualTo(410);
        assertThat(one.join().status()).isEqualTo(201);
        assertThat(two.join().status()).isEqualTo(201);
    }

    @Test
    void aTryLeavesNothingBehind() {
        String name = newName();
        String reader = Api.newLease();
        api.put(at(name, reader), READ);
        for (int i = 0; i < 3; i++) {
            String lease = Api.newLease();
            assertThat(api.put(at(name, lease), WRITE).status()).isEqualTo(409);
            assertThat(api.get("/v1/leases/" + lease).status()).isEqualTo(404);
        }
        assertThat(places(name)).isEqualTo(1);

        api.delete(at(name, reader));
        assertThat(places(name)).isZero();
        assertThat(api.post(thing("rwlock", name), WRITE).status()).isEqualTo(201);
    }

    @Test
    void aWriterThatWaitedInVainLeavesNothingBehind() {
        String name = newName();
        api.put(at(name, Api.newLease()), READ);

        Reply refused = api.post(thing("rwlock", name), "{'ttl':'30s','mode':'write','wait':'1s'}");

        assertThat(refused.text("/code")).isEqualTo("HELD");
        assertThat(refused.number("/waitedMillis")).isBetween(1_000L, 5_000L);
        assertThat(places(name)).isEqualTo(1);
        assertThat(api.post(thing("rwlock", name), READ).status()).isEqualTo(201);
    }

    @Test
    void theSamePutAgainHasTheSameToken() {
        String name = newName();
        String one = Api.newLease();
        String two = Api.newLease();
        Reply first = api.put(at(name, one), READ);
        Reply second = api.put(at(name, two), READ);

        Reply firstAgain = api.put(at(name, one), READ);
        Reply secondAgain = api.put(at(name, two), READ);

        assertThat(firstAgain.status()).isEqualTo(200);
        assertThat(firstAgain.number("/fencingToken")).isEqualTo(first.number("/fencingToken"));
        assertThat(secondAgain.status()).isEqualTo(200);
        assertThat(secondAgain.number("/fencingToken")).isEqualTo(second.number("/fencingToken"));
        assertThat(places(name)).isEqualTo(2);
    }

    @Test
    void aReaderNeverBecomesAWriter() {
        String name = newName();
        String made = Api.newLease();
        api.put(at(name, made), READ);
        String stood = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        api.put(at(name, stood), "{'mode':'read'}");

        List<Reply> refused = List.of(
                api.put(at(name, made), WRITE),
                api.put(at(name, made), "{'mode':'write'}"),
                api.post(thing("rwlock", name), "{'lease':'" + made + "','mode':'write'}"),
                api.put(at(name, stood), "{'mode':'write'}"),
                api.post(thing("rwlock", name), "{'lease':'" + stood + "','mode':'write','wait':'5s'}"));

        assertThat(refused).allSatisfy(reply -> {
            assertThat(reply.status()).as("%s", reply).isEqualTo(409);
            assertThat(reply.text("/code")).isEqualTo("NO_UPGRADE");
        });
        assertThat(places(name)).isEqualTo(2);
    }

    @Test
    void aWriterThatAsksToReadIsToldThatItIsAnotherRequest() {
        String name = newName();
        String lease = Api.newLease();
        api.put(at(name, lease), WRITE);

        assertThat(api.put(at(name, lease), READ).text("/code")).isEqualTo("LEASE_DIFFERS");
        assertThat(api.put(at(name, lease), "{'mode':'read'}").text("/code")).isEqualTo("LEASE_DIFFERS");
        assertThat(api.get(at(name, lease)).text("/mode")).isEqualTo("write");
    }

    @Test
    void aDowngradeLetsReadersInAndKeepsTheToken() {
        String name = newName();
        String lease = Api.newLease();
        Reply written = api.put(at(name, lease), WRITE);
        CompletableFuture<Reply> one = api.later("POST", thing("rwlock", name), READ_WAITING);
        CompletableFuture<Reply> two = api.later("POST", thing("rwlock", name), READ_WAITING);
        awaitQueue("rwlock", name, 2);
        CompletableFuture<Reply> writer = api.later("POST", thing("rwlock", name), WRITE_WAITING);
        awaitQueue("rwlock", name, 3);

        Reply reads = api.post(at(name, lease) + "/downgrade", null);
        Reply again = api.post(at(name, lease) + "/downgrade", null);

        assertThat(reads.status()).as("%s", reads).isEqualTo(200);
        assertThat(reads.text("/state")).isEqualTo("HELD");
        assertThat(reads.text("/mode")).isEqualTo("read");
        assertThat(reads.number("/fencingToken")).isEqualTo(written.number("/fencingToken"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.number("/fencingToken")).isEqualTo(written.number("/fencingToken"));
        assertThat(one.join().number("/fencingToken")).isGreaterThan(written.number("/fencingToken"));
        assertThat(two.join().status()).isEqualTo(201);
        assertThat(writer).isNotDone();
        assertThat(token(name, written).status()).isEqualTo(200);
        assertThat(api.post("/v1/leases/" + lease + "/renew", null).status()).isEqualTo(200);
        assertThat(token(name, written).status()).isEqualTo(200);
        assertThat(api.get(at(name, lease)).number("/fencingToken")).isEqualTo(written.number("/fencingToken"));

        for (Reply reader : List.of(written, one.join(), two.join())) {
            assertThat(writer).isNotDone();
            assertThat(api.delete(at(name, reader.text("/lease"))).status()).isEqualTo(200);
        }
        assertThat(writer.join().status()).isEqualTo(201);
        assertThat(places(name)).isEqualTo(1);
    }

    @Test
    void onlyItsWriterDowngradesIt() {
        String name = newName();
        String writer = Api.newLease();
        api.put(at(name, writer), WRITE);
        String waiter = Api.newLease();
        api.put(at(name, waiter), "{'ttl':'30s','mode':'write','queue':true}");
        String other = api.post("/v1/leases", "{'ttl':'10m'}").text("/lease");
        String ended = Api.newLease();
        api.put(at(newName(), ended), WRITE);
        api.delete("/v1/leases/" + ended);

        assertThat(api.post(at(name, waiter) + "/downgrade", null).text("/code"))
                .isEqualTo("NOT_HOLDER");
        assertThat(api.post(at(name, other) + "/downgrade", null).text("/code")).isEqualTo("NOT_HOLDER");
        assertThat(api.post(at(name, Api.newLease()) + "/downgrade", null).status())
                .isEqualTo(404);
        assertThat(api.post(at(name, ended) + "/downgrade", null).status()).isEqualTo(410);
        assertThat(api.get(at(name, writer)).text("/mode")).isEqualTo("write");
    }

    @Test
    void oneThatHasDowngradedDoesNotComeBackAsAWriter() {
        String name = newName();
        String lease = Api.newLease();
        api.put(at(name, lease), WRITE);
        api.post(at(name, lease) + "/downgrade", null);

        assertThat(api.put(at(name, lease), "{'mode':'write'}").text("/code")).isEqualTo("NO_UPGRADE");
        Reply repeated = api.put(at(name, lease), WRITE);
        assertThat(repeated.status()).isEqualTo(200);
        assertThat(repeated.text("/mode")).isEqualTo("read");
        assertThat(api.post(thing("rwlock", name), READ).status()).isEqualTo(201);
    }

    @Test
    void allReadersThatWaitedAreInAtOnceHoweverTheWriterEnds() {
        for (String way : List.of("release", "revoke", "expire", "lease")) {
            String name = newName();
            String writer = Api.newLease();
            Reply written = api.put(at(name, writer), way.equals("expire") ? "{'ttl':'1s','mode':'write'}" : WRITE);
            List<CompletableFuture<Reply>> readers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                readers.add(api.later("POST", thing("rwlock", name), READ_WAITING));
            }
            if (!way.equals("expire")) {
                awaitQueue("rwlock", name, 5);
            }

            switch (way) {
                case "release" -> api.delete(at(name, writer));
                case "lease" -> api.delete("/v1/leases/" + writer);
                case "revoke" -> api.post(at(name, writer) + "/revoke", "{'reason':'x','immediately':true}");
                default -> assertThat(way).isEqualTo("expire");
            }

            for (CompletableFuture<Reply> reader : readers) {
                Reply read = reader.join();
                assertThat(read.status()).as("%s: %s", way, read).isEqualTo(201);
                assertThat(read.number("/fencingToken")).isGreaterThan(written.number("/fencingToken"));
                assertThat(token(name, read).status()).as("%s: %s", way, read).isEqualTo(200);
            }
            assertThat(token(name, written).status()).isEqualTo(410);
            assertThat(api.get(thing("rwlock", name)).body().at("/holders")).hasSize(5);
        }
    }

    @Test
    void aReadersTokenIsCurrentUntilItsOwnHoldEnds() {
        String name = newName();
        Reply one = api.put(at(name, Api.newLease()), READ);
        Reply two = api.put(at(name, Api.newLease()), READ);

        assertThat(token(name, one).status()).isEqualTo(200);
        assertThat(token(name, two).text("/lease")).isEqualTo(two.text("/lease"));
        api.delete(at(name, one.text("/lease")));
        Reply ended = token(name, one);
        assertThat(ended.status()).as("%s", ended).isEqualTo(410);
        assertThat(ended.text("/code")).isEqualTo("TOKEN_ENDED");
        assertThat(ended.number("/newestToken")).isEqualTo(two.number("/fencingToken"));
        assertThat(token(name, two).status()).isEqualTo(200);
        assertThat(api.get(thing("rwlock", name) + "/tokens/" + (two.number("/fencingToken") + 1_000_000))
                        .text("/code"))
                .isEqualTo("TOKEN_UNKNOWN");
    }

    @Test
    void aPoliteRevocationOfAReaderKeepsTheWriterOutUntilItsTimeIsOver() {
        String name = newName();
        String reader = Api.newLease();
        api.put(at(name, reader), "{'ttl':'2s','mode':'read'}");

        assertThat(api.post(at(name, reader) + "/revoke", "{'reason':'x'}").status())
                .isEqualTo(202);
        assertThat(api.post(thing("rwlock", name), WRITE).status()).isEqualTo(409);
        assertThat(api.post(thing("rwlock", name), WRITE_WAITING).status()).isEqualTo(201);
        assertThat(api.delete(at(name, reader)).text("/endedBy")).isEqualTo("REVOKED");
    }

    @Test
    void aPlaceThatStaysIsGrantedAtItsTurnWithoutARequest() {
        String name = newName();
        String writer = Api.newLease();
        api.put(at(name, writer), WRITE);
        List<String> readers = List.of(Api.newLease(), Api.newLease());
        for (int i = 0; i < 2; i++) {
            Reply queued = api.put(at(name, readers.get(i)), "{'ttl':'30s','mode':'read','queue':true}");
            assertThat(queued.status()).isEqualTo(202);
            assertThat(queued.text("/mode")).isEqualTo("read");
            assertThat(queued.number("/position")).isEqualTo(i + 1);
        }

        api.delete(at(name, writer));

        for (String reader : readers) {
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> api.get(at(name, reader)).text("/state").equals("HELD"));
        }
    }

    @Test
    void aReadWriteLockAndALockOfOneNameAreTwoThings() {
        String name = newName();

        assertThat(api.post(thing("lock", name), "{'ttl':'30s'}").status()).isEqualTo(201);
        assertThat(api.post(thing("rwlock", name), WRITE).status()).isEqualTo(201);
        assertThat(api.get("/v1/rwlocks?prefix=" + name).body().at("/items")).hasSize(1);
    }

    @Test
    void manyReadersAndWritersAtOnceAllHaveTheirTurn() {
        String name = newName();
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String ask = i % 5 == 0 ? WRITE_WAITING : READ_WAITING;
            all.add(api.later("POST", thing("rwlock", name), ask).thenApply(held -> {
                assertThat(held.status()).as("%s", held).isEqualTo(201);
                assertThat(api.delete(at(name, held.text("/lease"))).status()).isEqualTo(200);
                return held;
            }));
        }

        Set<String> leases = all.stream()
                .map(CompletableFuture::join)
                .map(held -> held.text("/lease"))
                .collect(Collectors.toSet());
        assertThat(leases).hasSize(30);
        assertThat(places(name)).isZero();
    }

    private static String at(String name, String lease) {
        return hold("rwlock", name, lease);
    }

    private Reply token(String name, Reply held) {
        return api.get(thing("rwlock", name) + "/tokens/" + held.number("/fencingToken"));
    }

    private long places(String name) {
        Reply look = api.get(thing("rwlock", name));
        return look.body().at("/holders").size() + look.number("/queueLength");
    }
}
