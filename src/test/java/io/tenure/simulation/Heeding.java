package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.lease.ReadOnly;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The port of a server that may be read-only: what it sends while it knows that it is grants nothing new. What was decided before, and is
 * sent again because something else came in between, may be sent for a moment longer.
 */
final class Heeding extends Forwarding {
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);

    private final World world;
    private final Paths paths;
    private final ReadOnly readOnly;
    private long openAt;

    Heeding(World world, Coordination port, Paths paths, ReadOnly readOnly) {
        super(port);
        this.world = world;
        this.paths = paths;
        this.readOnly = readOnly;
        this.openAt = world.nanos();
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        if (readOnly.refusal().isEmpty()) {
            openAt = world.nanos();
        } else if (world.nanos() - openAt > UNDER_WAY.toNanos() && isNew(operations, paths)) {
            world.breach(new Invariant.Violation("a server that knows that it is read-only sends " + operations));
        }
        return super.commit(lane, operations, pace);
    }

    /** Whether a list of operations gives somebody something new, or a place. */
    static boolean isNew(List<Operation> operations, Paths paths) {
        return operations.stream()
                .anyMatch(operation -> operation instanceof Operation.Create create
                        && create.path().startsWith(paths.outbox() + "/")
                        && new String(create.data(), UTF_8).matches("(?s).*\"action\":\"(GRANTED|QUEUED)\".*"));
    }
}
