package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A port that hands everything on to another; for those that do one thing otherwise. */
public class Forwarding implements Coordination {
    private final Coordination port;

    public Forwarding(Coordination port) {
        this.port = port;
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        return port.commit(lane, operations, pace);
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        return port.read(lane, queries);
    }

    @Override
    public CompletionStage<@Nullable Void> sync(String lane) {
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
