package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.audit.AuditDatabase;
import io.tenure.faults.Ledger.Grant;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.SmallDisk;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose disk fills up. */
class DiskFullIT {
    private static final long LITTLE = 32L << 20;
    private static final String TTL = "{'ttl':'10m'}";

    @Test
    void nothingNewIsGrantedWhileThereIsLittleRoomAndWithoutAnyTheServerEndsAndLosesNothing(@TempDir Path folder) {
        Ledger ledger = new Ledger();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 160);
                ServerProgram server = ServerProgram.in(folder)
                        .with("TENURE_DATA", disk.folder().toString())
                        .start()
                        .awaitReady()) {
            Api api = server.api();
            Grant held = little(api, disk, ledger);

            try (Load load = Load.begin(server.ports().http(), "until-full", ledger)) {
                int before = ledger.grants();
                await().atMost(Duration.ofSeconds(30)).until(() -> ledger.grants() >= before + 200);
                assertThat(load.refusals()).isEmpty();
                disk.fill(0);
                long full = System.nanoTime();
                Reply refused = api.post("/v1/leases", TTL);
                assertThat(refused.status()).as("%s", refused).isEqualTo(503);
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> !renewed(api, held));
                int status = server.exitStatus(Duration.ofSeconds(30));
                System.out.println(
                        "full disk: the server ended after " + since(full).toMillis() + " ms");
                assertThat(status).isEqualTo(1);
                assertThat(since(full)).isLessThan(Duration.ofSeconds(15));
            }
            assertThat(server.errors())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .anyMatch(line -> line.contains(disk.folder().toString()) && line.contains("free space there"));

            disk.free();
            long freed = System.nanoTime();
            server.start().awaitReady();
            System.out.println("full disk: serves again " + since(freed).toMillis() + " ms after it was started again");
            for (Grant grant : ledger.kept()) {
                Reply found = api.get(grant.path());
                assertThat(found.number("/fencingToken"))
                        .as("%s: %s", grant, found)
                        .isEqualTo(grant.token());
            }
            assertThat(api.post("/v1/locks/after", TTL).status()).isEqualTo(201);
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
            server.kill();
        }
    }

    @Test
    void whileTheAuditDatabaseHasNoRoomLocksGoOnAndNothingIsLostFromTheLog(@TempDir Path folder) {
        Ledger ledger = new Ledger();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 8);
                ServerProgram server = ServerProgram.in(folder)
                        .with("TENURE_DB_URL", AuditDatabase.embeddedUrl(disk.folder()))
                        .with("TENURE_DB_USER", "tenure")
                        .start()
                        .awaitReady()) {
            Api api = server.api();
            ledger.granted(api.post("/v1/locks/before", TTL));
            disk.fill(0);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                Reply held = api.post("/v1/locks/meanwhile", TTL);
                assertThat(held.status()).as("%s", held).isEqualTo(201);
                Grant grant = ledger.granted(held);
                ledger.releasing(grant);
                assertThat(api.delete(grant.path()).status()).isEqualTo(200);
                ledger.released(grant);
                return api.get("/health/ready").text("/level").equals("DEGRADED");
            });
            Reply ready = api.get("/health/ready");
            assertThat(ready.text("/reasons/0")).contains("the audit database is away");

            disk.free();
            long freed = System.nanoTime();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> api.get("/health/ready").text("/level").equals("NORMAL"));
            ledger.assertAuditedExactlyOnce(AuditEvent.all(api));
            System.out.println("full disk of the audit database (" + ready.text("/reasons/0") + "): the log is whole "
                    + since(freed).toMillis() + " ms after there was room");
            assertThat(since(freed)).isLessThan(Duration.ofSeconds(15));
            server.kill();
        }
    }

    /** A renewal is never refused for want of room, so renewals show when the store can write no more. */
    private static boolean renewed(Api api, Grant held) {
        try {
            return api.post("/v1/leases/" + held.lease() + "/renew", null).status() == 200;
        } catch (UncheckedIOException ended) {
            return false;
        }
    }

    private static Grant little(Api api, SmallDisk disk, Ledger ledger) {
        Grant held = ledger.granted(api.post("/v1/locks/held", TTL));
        Grant released = ledger.granted(api.post("/v1/locks/released", TTL));
        disk.fill(LITTLE);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get("/health/ready").text("/level").equals("DEGRADED"));
        Reply ready = api.get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.text("/reasons/0")).contains(disk.folder().toString(), "make room");
        Reply refused = api.post("/v1/locks/more", TTL);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text("/code")).isEqualTo("STORE_UNAVAILABLE");
        assertThat(refused.text("/detail")).contains(disk.folder().toString());
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        assertThat(api.post("/v1/leases/" + held.lease() + "/renew", null).status())
                .isEqualTo(200);
        ledger.releasing(released);
        assertThat(api.delete(released.path()).status()).isEqualTo(200);
        ledger.released(released);

        disk.free();
        long freed = System.nanoTime();
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> api.get("/health/ready").text("/level").equals("NORMAL"));
        ledger.granted(api.post("/v1/locks/more", TTL));
        System.out.println("little room: grants again " + since(freed).toMillis() + " ms after there was room");
        assertThat(since(freed)).isLessThan(Duration.ofSeconds(3));
        return held;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
