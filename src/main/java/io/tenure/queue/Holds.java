package io.tenure.queue;

import io.tenure.api.HeldBody;
import io.tenure.api.HoldAnswer;
import io.tenure.api.LeaseBody;
import io.tenure.api.NamedBody;
import io.tenure.api.QueuedBody;
import io.tenure.api.SeveralBody;
import io.tenure.api.Times;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Leases;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies that show holds. Stateless. */
public final class Holds {
    private Holds() {}

    /** A hold as it stands. */
    public static HoldAnswer body(
            StoredLease stored, Hold hold, @Nullable Integer position, @Nullable Long validForMillis) {
        return hold.state() == State.HELD
                ? held(stored, hold, validForMillis, null)
                : queued(stored, hold, position, validForMillis, null);
    }

    /** A granted hold. */
    public static HeldBody held(
            StoredLease stored, Hold hold, @Nullable Long validForMillis, @Nullable Long lastRenewedMillisAgo) {
        Lease lease = stored.lease();
        return new HeldBody(
                stored.id().value(),
                hold.kind().wire(),
                hold.name().value(),
                mode(hold),
                hold.want().count(),
                stored.token(hold),
                validForMillis,
                lease.ttlMillis(),
                lease.owner(),
                hold.want().reason(),
                lease.metadata(),
                Times.textOrNull(stored.queuedAt(hold)),
                Times.text(stored.grantedAt(hold)),
                Times.text(stored.expiresAt()),
                lastRenewedMillisAgo,
                lease.revoked() == null ? null : Boolean.TRUE,
                null);
    }

    /** A hold that waits. */
    public static QueuedBody queued(
            StoredLease stored,
            Hold hold,
            @Nullable Integer position,
            @Nullable Long validForMillis,
            @Nullable List<NamedBody> waitsFor) {
        return new QueuedBody(
                stored.id().value(),
                hold.kind().wire(),
                hold.name().value(),
                mode(hold),
                hold.want().count(),
                position,
                validForMillis,
                stored.lease().ttlMillis(),
                stored.lease().owner(),
                hold.want().reason(),
                Times.textOrNull(stored.queuedAt(hold)),
                waitsFor,
                null);
    }

    private static @Nullable String mode(Hold hold) {
        Mode mode = hold.want().mode();
        return mode == null ? null : mode.wire();
    }

    /** Several holds that were granted together. */
    public static SeveralBody several(StoredLease stored, List<Want> wants, @Nullable Long validForMillis) {
        List<LeaseBody.Hold> holds = wants.stream()
                .flatMap(want -> stored.lease().hold(want.kind(), want.name()).stream())
                .map(hold -> Leases.shortly(stored, hold))
                .toList();
        return new SeveralBody(
                stored.id().value(),
                "HELD",
                validForMillis,
                stored.lease().ttlMillis(),
                stored.lease().owner(),
                holds);
    }
}
