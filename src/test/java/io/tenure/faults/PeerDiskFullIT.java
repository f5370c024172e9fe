package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerCluster;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.SmallDisk;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of three servers whose disk fills up. */
class PeerDiskFullIT {
    private static final String TTL = "{'ttl':'10m'}";

    @Test
    void theServerWhosePeerCannotWriteEndsAndTheOthersGoOn(@TempDir Path folder) {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 128);
                ServerCluster cluster = ServerCluster.in(folder)) {
            ServerProgram full =
                    cluster.server(1).with("TENURE_DATA", disk.folder().toString());
            cluster.start().awaitWhole();
            Reply held = full.api().post("/v1/locks/held", TTL);
            assertThat(held.status()).isEqualTo(201);
            Api other = cluster.server(2).api();

            disk.fill(0);
            long began = System.nanoTime();
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        taken(other);
                        return !full.isAlive();
                    });
            System.out.println("full disk of one peer: its server ended after "
                    + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
            assertThat(full.exitStatus(Duration.ofSeconds(1))).isEqualTo(1);
            assertThat(full.errors())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .anyMatch(line -> line.contains(disk.folder().toString()) && line.contains("free space there"));
            await().atMost(Duration.ofSeconds(10)).until(() -> taken(other));
            String path = "/v1/locks/held/holds/" + held.text("/lease");
            assertThat(other.get(path).number("/fencingToken")).isEqualTo(held.number("/fencingToken"));

            disk.free();
            cluster.mend();
            assertThat(full.api().get(path).number("/fencingToken")).isEqualTo(held.number("/fencingToken"));
        }
    }

    private static boolean taken(Api api) {
        try {
            return api.post("/v1/leases", "{'ttl':'1m','metadata':{'filling':'" + "x".repeat(2_000) + "'}}")
                            .status()
                    == 201;
        } catch (UncheckedIOException away) {
            return false;
        }
    }
}
