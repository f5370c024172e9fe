package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.client.Loss.Cause;
import io.tenure.testing.Running;
import io.tenure.testing.TcpProxy;
import io.tenure.testing.TcpProxy.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that the network cuts off: it stops before another begins. */
class NetworkCutIT {
    private static final int RUNS = 10;
    private static final Duration TTL = Duration.ofSeconds(1);

    @Test
    void whoIsCutOffIsDeposedBeforeAnotherLeads(@TempDir Path data) {
        List<Long> margins = new ArrayList<>();
        try (Running server = Running.start(data);
                TcpProxy link = new TcpProxy(server.port());
                TenureClient far = TenureClient.connect("http://127.0.0.1:" + link.port());
                TenureClient near = TenureClient.connect("http://127.0.0.1:" + server.port())) {
            for (int run = 0; run < RUNS; run++) {
                margins.add(run("cut-" + run, run, link, far, near).toMillis());
            }
        }

        System.out.println(
                "between the deposition of the old leader and the election of the new one, in ms: " + margins);
        assertThat(margins).allSatisfy(margin -> assertThat(margin).isPositive());
    }

    private static Duration run(String name, int run, TcpProxy link, TenureClient far, TenureClient near) {
        Diary diary = new Diary();
        try (Candidacy old = far.election(name).ttl(TTL).campaign(diary.of("far"))) {
            await().until(old::isLeader);
            try (Candidacy next = near.election(name).ttl(TTL).campaign(diary.of("near"))) {
                // some renewals, and not always as many
                await().pollDelay(Duration.ofMillis(900 + 170L * run)).until(() -> true);
                if (run % 2 == 0) {
                    link.cut();
                } else {
                    link.stall(Way.TO_CLIENT);
                }
                await().until(next::isLeader);
                link.heal();

                assertThat(diary.entries()).containsExactly("far elected", "far deposed UNREACHABLE", "near elected");
                assertThat(diary.losses()).extracting(Loss::cause).containsExactly(Cause.UNREACHABLE);
                return Duration.ofNanos(diary.nanos("near elected") - diary.nanos("far deposed"));
            }
        }
    }
}
