package io.tenure.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.faults.Ledger.Grant;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed under load, again and again, and started again on the same data. */
class KilledServerIT {
    private static final int KILLS = 3;
    private static final int GRANTS_BETWEEN = 200;

    @Test
    void whatWasAcknowledgedStandsAfterEachKillAndIsInTheLogOnce(@TempDir Path folder) {
        Ledger ledger = new Ledger();
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady()) {
            for (int kill = 1; kill <= KILLS; kill++) {
                int before = ledger.grants();
                try (Load load = Load.begin(server.ports().http(), "round-" + kill, ledger)) {
                    await().atMost(Duration.ofSeconds(60)).until(() -> ledger.grants() >= before + GRANTS_BETWEEN);
                    assertThat(load.refusals()).isEmpty();
                    server.kill();
                }
                server.start().awaitReady();
                stands(server.api(), ledger);
            }
            ledger.assertAuditedExactlyOnce(AuditEvent.all(server.api()));
            System.out.println("kept after " + KILLS + " kills: "
                    + ledger.kept().size() + " holds; " + ledger.grants() + " acknowledged grants are in the log");
        }
    }

    private static void stands(Api api, Ledger ledger) {
        assertThat(ledger.kept()).isNotEmpty();
        for (Grant grant : ledger.kept()) {
            Reply held = api.get(grant.path());
            assertThat(held.status()).as("%s: %s", grant, held).isEqualTo(200);
            assertThat(held.text("/state")).isEqualTo("HELD");
            assertThat(held.number("/fencingToken")).isEqualTo(grant.token());
        }
        for (Grant grant : ledger.released()) {
            assertThat(api.get(grant.path()).status()).as("%s", grant).isIn(404, 410);
        }
    }
}
