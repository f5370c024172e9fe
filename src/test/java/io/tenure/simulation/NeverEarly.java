package io.tenure.simulation;

/**
 * Invariant 3: no lease ends by expiry before its TTL has passed since the last write of its node, and so not before it has passed
 * since its last acknowledged renewal.
 *
 * <p>Measured in the world's true time, while the coordinator's clock may be wrong: the grace must make up for that.
 */
final class NeverEarly implements Invariant {
    @Override
    public void after(Step step) {
        for (RecordView record : step.records()) {
            Step.LeaseChange change = step.leases().get(record.lease());
            if (!record.endedBy().equals("EXPIRED") || change == null) {
                continue;
            }
            LeaseView before = change.before();
            if (before == null || before.bounded() || before.ended()) {
                continue;
            }
            long lived = (step.transaction().nanos() - change.writtenAt()) / 1_000_000;
            if (lived < before.ttlMillis()) {
                throw new Violation("invariant 3: " + record.lease() + " expired " + lived
                        + " ms after its last write, with a TTL of " + before.ttlMillis() + " ms");
            }
        }
    }
}
