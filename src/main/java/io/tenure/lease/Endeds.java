package io.tenure.lease;

import io.tenure.api.EndedBody;
import io.tenure.api.LeaseEndedBody;
import io.tenure.api.Times;
import io.tenure.audit.Ending;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bodies that tell how leases and holds ended. Stateless. */
final class Endeds {
    private Endeds() {}

    static LeaseEndedBody body(Ending ending) {
        return new LeaseEndedBody(
                ending.lease().value(),
                ending.endedBy(),
                Times.text(ending.endedAt().toEpochMilli()),
                ending.by(),
                ending.reason(),
                ending.holds().stream().map(hold -> body(ending, hold)).toList());
    }

    static Optional<EndedBody> body(Ending ending, Kind kind, Name name) {
        return ending.hold(kind, name).map(hold -> body(ending, hold));
    }

    static EndedBody body(LeaseId id, Lease.Past past) {
        return new EndedBody(
                id.value(),
                past.kind().wire(),
                past.name().value(),
                past.endedBy(),
                Times.textOrNull(past.endedAt()),
                past.by(),
                past.reason(),
                past.token(),
                Times.textOrNull(past.grantedAt()),
                past.endedAt() == null || past.grantedAt() == null
                        ? null
                        : Long.valueOf(past.endedAt() - past.grantedAt()),
                null);
    }

    private static EndedBody body(Ending ending, Ending.Hold hold) {
        Instant granted = hold.grantedAt();
        return new EndedBody(
                ending.lease().value(),
                hold.kind().wire(),
                hold.name().value(),
                ending.endedBy(),
                Times.text(ending.endedAt().toEpochMilli()),
                ending.by(),
                ending.reason(),
                hold.fencingToken(),
                granted == null ? null : Times.text(granted.toEpochMilli()),
                granted == null ? null : held(granted, ending.endedAt()),
                null);
    }

    private static @Nullable Long held(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }
}
