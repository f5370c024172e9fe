package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import io.tenure.lease.ReadOnly;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The port of a server that may be read-only: what it sends while it knows that it is grants nothing new. What was decided before, and is
 * sent again because something else came in between, may be sent for a moment longer.
 */
final class Heeding implements Coordination {
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);

    private final World world;
    private final Coordination port;
    private final Paths paths;
    private final ReadOnly readOnly;
    private long openAt;

    Heeding(World world, Coordination port, Paths paths, ReadOnly readOnly) {
        this.world = world;
        this.port = port;
        this.paths = paths;
        this.readOnly = readOnly;
        this.openAt = world.nanos();
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations) {
        if (readOnly.refusal().isEmpty()) {
            openAt = world.nanos();
        } else if (world.nanos() - openAt > UNDER_WAY.toNanos() && isNew(operations, paths)) {
            world.breach(new Invariant.Violation("a server that knows that it is read-only sends " + operations));
        }
        return port.commit(lane, operations);
    }

    /** Whether a list of operations gives somebody something new, or a place. */
    static boolean isNew(List<Operation> operations, Paths paths) {
        return operations.stream()
                .anyMatch(operation -> operation instanceof Operation.Create create
                        && create.path().startsWith(paths.outbox() + "/")
                        && new String(create.data(), UTF_8).matches("(?s).*\"action\":\"(GRANTED|QUEUED)\".*"));
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        return port.read(lane, queries);
    }

    @Override
    public CompletionStage<Void> sync(String lane) {
        return port.sync(lane);
    }

    @Override
    public Registration watch(String lane, String path, Watcher watcher) {
        return port.watch(lane, path, watcher);
    }

    @Override
    public boolean connected(String lane) {
        return port.connected(lane);
    }
}
