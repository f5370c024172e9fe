package io.tenure.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.cli.torture.Report;
import io.tenure.cluster.Faults.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each level of fault, one after the other, on one cluster under one load: no promise is broken, and work goes on. What was measured is
 * printed; {@code -Dsession=10} runs them at default settings, as for the documents.
 */
class ClusterFaultsIT {
    /** Seconds after which a session ends: the default is 10. */
    private static final int SESSION = Integer.getInteger("session", 4);

    private static final int RATE = Integer.getInteger("rate", 500);
    private static final boolean DEFAULTS = SESSION == 10;
    private static final Duration TWO_SESSIONS = Duration.ofSeconds(2L * SESSION);
    private static final Duration A_WHILE = Duration.ofSeconds(DEFAULTS ? 10 : 5);
    private static final Duration WRITES_AGAIN = Duration.ofSeconds(5);

    @Test
    void nothingThatHappensToAClusterBreaksAPromise(@TempDir Path folder) throws Exception {
        try (Trial trial = Trial.start(folder, Map.of("zookeeper.sessionTimeout", SESSION + "s"))) {
            trial.load(RATE, 1);
            for (Fault fault : faults(trial)) {
                trial.suffer(fault);
            }
            Report report = trial.end();

            assertThat(report.lines()).isEmpty();
            assertThat(report.isClean()).isTrue();
            assertThat(Trial.gap(report, "kill -9 of ZooKeeper's leader")).isLessThan(WRITES_AGAIN);
        }
    }

    private static List<Fault> faults(Trial trial) {
        List<Fault> faults = new ArrayList<>();
        for (Victim victim : Victim.values()) {
            faults.add(Faults.kill(victim, A_WHILE));
            faults.add(Faults.freeze(victim, TWO_SESSIONS));
        }
        if (trial.network().isPresent()) {
            faults.add(Faults.isolate(Victim.LEADER, TWO_SESSIONS));
            faults.add(Faults.isolate(Victim.COORDINATOR, TWO_SESSIONS));
            faults.add(Faults.mute(Victim.LEADER, TWO_SESSIONS));
            faults.add(Faults.deafClients(List.of(1), A_WHILE));
            faults.add(Faults.deafClients(List.of(1, 2, 3), A_WHILE));
        } else {
            System.out.println("trial: this machine allows no network namespaces: nothing is cut");
        }
        if (trial.disk().isPresent()) {
            faults.add(Faults.fullDisk(A_WHILE));
        } else {
            System.out.println("trial: this machine allows no disk of its own: none is full");
        }
        faults.add(Faults.databaseAway(Duration.ofSeconds(DEFAULTS ? 60 : 15)));
        faults.add(Faults.killAll());
        faults.add(Faults.rollingRestart());
        return faults;
    }
}
