package io.tenure.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * Invariant 3: no lease ends by expiry before its TTL has passed since the last write of its node, and so not before it has passed
 * since its last acknowledged renewal; nor by its longest time before that has passed since its grant.
 *
 * <p>Measured in the world's true time, while the coordinator's clock may be wrong: the grace must make up for that.
 */
final class NeverEarly implements Invariant {
    /** When the longest time of a lease began to run. */
    private final Map<String, Long> begun = new TreeMap<>();

    @Override
    public void after(Step step) {
        long now = step.transaction().nanos();
        step.leases().forEach((lease, change) -> {
            LeaseView before = change.before();
            LeaseView after = change.after();
            if (before != null) {
                check(step, lease, before, change.writtenAt());
            }
            if (after == null) {
                begun.remove(lease);
            } else if (!after.waits() && (before == null || before.waits())) {
                begun.putIfAbsent(lease, now);
            }
        });
    }

    private void check(Step step, String lease, LeaseView before, long writtenAt) {
        for (RecordView record : step.records()) {
            boolean expired = record.lease().equals(lease) && record.endedBy().equals("EXPIRED");
            if (!expired || before.revoked() || before.ended()) {
                continue;
            }
            Long longest = before.maxHoldMillis();
            boolean maxHold = longest != null && record.reason().equals("maxHold");
            long from = maxHold ? begun.getOrDefault(lease, 0L) : writtenAt;
            long lived = (step.transaction().nanos() - from) / 1_000_000;
            long least = maxHold && longest != null ? longest : before.ttlMillis();
            if (lived < least) {
                throw new Violation("invariant 3: " + lease + " expired " + lived + " ms after its "
                        + (maxHold ? "grant, with a longest time of " : "last write, with a TTL of ") + least + " ms");
            }
        }
    }
}
