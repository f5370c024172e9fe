package io.tenure.queue;

import io.tenure.audit.Action;
import io.tenure.coordination.Operation;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The operations that grant what was waited for: the lease by its version, a check of each place, the record.
 *
 * @param content the lease as it will be
 */
record Grant(Lease content, Operation write, List<Operation> checks, Operation record) {
    /**
     * The grant of all that the claim wants.
     *
     * @param stored the lease, with its holds queued at these places
     * @param places the full name of its queue node for each want, of several the last
     * @param permits of each want: that of a semaphore is checked to be the same still
     * @param alone whether nothing else in its transaction is seen in the queues: then the grant shows itself there
     */
    static Grant of(
            LeaseNodes nodes,
            Claim claim,
            StoredLease stored,
            List<String> places,
            List<Permits> permits,
            boolean alone) {
        int version = stored.version() + 1;
        Lease filled = stored.filled();
        List<Hold> holds = new ArrayList<>(filled.holds());
        List<Hold> granted = new ArrayList<>();
        List<Operation> checks = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Want want = claim.wants().get(i);
            Hold queued = filled.hold(want.kind(), want.name()).orElseThrow();
            Hold now = queued.granted(version, places.get(i));
            holds.set(holds.indexOf(queued), now);
            granted.add(now);
            checks.addAll(nodes.checkPlaces(want, places.get(i)));
            if (alone) {
                checks.add(nodes.touch(want));
            }
            if (want.kind() == Kind.SEMAPHORE) {
                checks.add(permits.get(i).check(nodes.paths(), want.name()));
            }
        }
        Lease content = filled.withHolds(holds).attended(null, null, claim::isFor);
        Operation record = nodes.record(
                claim.lease(),
                content,
                version,
                Action.GRANTED,
                granted.stream().map(LeaseNodes::begun).toList(),
                How.owner(EndedBy.RELEASED, claim.wants().get(0).reason(), claim.actor()));
        return new Grant(content, nodes.write(stored, content), checks, record);
    }
}
