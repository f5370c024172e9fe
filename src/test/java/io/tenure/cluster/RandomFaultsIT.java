package io.tenure.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.cli.torture.Report;
import io.tenure.cluster.Faults.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults at random, one after the other with little time between them, on a cluster under load: no promise is broken. Two minutes in
 * every build; {@code -Dseconds=3600} for an hour, {@code -Dseed=N} for other faults in another order.
 */
class RandomFaultsIT {
    private static final int SECONDS = Integer.getInteger("seconds", 120);
    private static final long SEED = Long.getLong("seed", 1);
    private static final int RATE = Integer.getInteger("rate", 500);

    /** Faults last up to this: longer and shorter than a session, and than most leases of the load. */
    private static final int LONGEST_MILLIS = 6_000;

    private static final String SESSION = "3s";
    private static final List<Victim> VICTIMS = List.of(Victim.values());

    @Test
    void nothingThatHappensAtRandomBreaksAPromise(@TempDir Path folder) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (Trial trial = Trial.start(folder, Map.of("zookeeper.sessionTimeout", SESSION))) {
            trial.load(RATE, SEED);
            long deadline = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() < deadline) {
                trial.suffer(any(random, trial));
                Trial.sleep(Duration.ofMillis(random.nextInt(1_000)));
            }
            Report report = trial.end();

            assertThat(report.lines()).isEmpty();
            assertThat(report.isClean()).isTrue();
        }
    }

    private static Fault any(SplittableRandom random, Trial trial) {
        Victim victim = VICTIMS.get(random.nextInt(VICTIMS.size()));
        Duration lasts = Duration.ofMillis(random.nextInt(LONGEST_MILLIS));
        int server = 1 + random.nextInt(trial.cluster().numbers().size());
        List<Fault> faults = new ArrayList<>(List.of(
                Faults.kill(victim, lasts),
                Faults.freeze(victim, lasts),
                Faults.databaseAway(lasts),
                Faults.killAll(),
                Faults.rollingRestart()));
        if (trial.network().isPresent()) {
            faults.add(Faults.isolate(victim, lasts));
            faults.add(Faults.mute(victim, lasts));
            faults.add(Faults.deafClients(List.of(server), lasts));
            faults.add(Faults.deafClients(trial.cluster().numbers(), lasts));
        }
        if (trial.disk().isPresent()) {
            faults.add(Faults.fullDisk(lasts));
        }
        return faults.get(random.nextInt(faults.size()));
    }
}
