package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.client.Loss.Cause;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that is cut off from its server for longer than its leases live. */
class CutOffIT {
    private static final Duration TTL = Duration.ofSeconds(1);
    private static final int ROUNDS = 4;
    private static final int EACH = 5;

    /** One run: a holder that is cut off, and another that waits. */
    private record Run(Hold hold, CompletableFuture<Told> lost, CompletableFuture<Taken> taken) {}

    private record Told(Loss loss, long at) {}

    private record Taken(Reply reply, boolean stillHeld, long at) {}

    @Test
    void theHolderKnowsBeforeAnotherIsLetIn(@TempDir Path folder) throws Exception {
        List<Long> margins = new ArrayList<>();
        try (ServerProgram server = ServerProgram.in(folder).start().awaitReady();
                TcpProxy link = new TcpProxy(server.ports().http());
                TenureClient tenure = TenureClient.connect("http://127.0.0.1:" + link.port())) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Run> runs = new ArrayList<>();
                for (int i = 0; i < EACH; i++) {
                    runs.add(begun(tenure, server.api(), "cut-" + round + "-" + i));
                }
                // long enough for some renewals, and so that the cut comes at any moment between two
                await().pollDelay(Duration.ofMillis(900 + 77L * round)).until(() -> true);
                if (round % 2 == 0) {
                    link.cut();
                } else {
                    link.stall(TcpProxy.Way.TO_SERVER);
                    link.stall(TcpProxy.Way.TO_CLIENT);
                }
                for (Run run : runs) {
                    margins.add(margin(run));
                }
                link.cut();
                link.heal();
            }
        }
        margins.sort(null);
        System.out.println("From the holder's knowledge of its loss to the grant to another, ms: " + margins);
    }

    private static Run begun(TenureClient tenure, Api api, String name) throws InterruptedException {
        Hold hold = tenure.lock(name).ttl(TTL).acquire();
        CompletableFuture<Told> lost = new CompletableFuture<>();
        hold.onLost(loss -> lost.complete(new Told(loss, System.nanoTime())));
        CompletableFuture<Taken> taken = api.later(
                        "PUT", "/v1/locks/" + name + "/holds/" + Api.newLease(), "{'ttl':'20s','wait':'40s'}")
                .thenApply(reply -> new Taken(reply, hold.isHeld(), System.nanoTime()));
        return new Run(hold, lost, taken);
    }

    private static long margin(Run run) throws Exception {
        Taken taken = run.taken().get(30, TimeUnit.SECONDS);
        assertThat(taken.reply().status()).isEqualTo(201);
        assertThat(taken.stillHeld()).isFalse();
        assertThat(run.lost()).isDone();
        Told told = run.lost().join();
        // expired, where this process was not given the processor for as long
        assertThat(told.loss().cause()).isIn(Cause.UNREACHABLE, Cause.EXPIRED);
        assertThat(run.hold().isHeld()).isFalse();
        long margin = TimeUnit.NANOSECONDS.toMillis(taken.at() - told.at());
        assertThat(margin).isPositive();
        return margin;
    }
}
