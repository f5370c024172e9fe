package io.tenure.simulation;

import io.tenure.coordination.Paths;
import java.time.Duration;

/**
 * While the servers are read-only nobody is granted anything or takes a place, from when all of them have been told. How long that takes
 * is known where nothing goes wrong; elsewhere each server is held to what it knows ({@link Heeding}).
 */
final class Standstill implements Invariant {
    private final TwinStore store;
    private final Paths paths;
    private final boolean calm;
    private final long toldMillis;
    private final Tally tally;

    Standstill(TwinStore store, Paths paths, Plan plan, Tally tally) {
        this.store = store;
        this.paths = paths;
        this.tally = tally;
        this.calm = plan.maintained()
                && plan.faultEvery().compareTo(plan.storm()) > 0
                && plan.strikes() == 0
                && !plan.backup();
        // the event, its look there and back, and a grant that was on its way, each as slow as anything gets
        Duration slowest = plan.weather()
                .latency()
                .multipliedBy(4)
                .plus(plan.weather().lag())
                .multipliedBy(20);
        this.toldMillis = slowest.toMillis();
    }

    @Override
    public void after(Step step) {
        TwinNode mode = store.node(paths.mode()).orElse(null);
        if (mode == null || mode.data().length == 0) {
            return;
        }
        tally.count("read-only "
                + (step.records().isEmpty() ? "renewed" : step.records().get(0).action()));
        long since = step.transaction().millis() - mode.stamp().mtime();
        for (RecordView record : step.records()) {
            if (calm && since > toldMillis && record.action().matches("GRANTED|QUEUED")) {
                throw new Violation("read-only for " + since + " ms, and there is a record of " + record.action());
            }
        }
        if (calm && since > toldMillis) {
            tally.count("read-only for long");
        }
    }
}
