package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes a place for gone because an event once said so, and does not look whether one of that name stands. */
final class MutantEvents extends Mutant {
    private final Paths paths;
    private final Set<String> gone = new HashSet<>();

    MutantEvents(Coordination port, Mutation mutation, Paths paths) {
        super(port, mutation, paths);
        this.paths = paths;
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        boolean renews = operations.stream().anyMatch(each -> each instanceof Operation.SetData);
        for (int i = 0; renews && i < operations.size(); i++) {
            if (operations.get(i) instanceof Operation.Check check && gone.contains(check.path())) {
                return CompletableFuture.completedFuture(new Outcome.Conflict(i, Outcome.Cause.ABSENT));
            }
        }
        return super.commit(lane, operations, pace);
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        return super.read(lane, queries).thenApply(found -> {
            List<Found> told = new ArrayList<>(found);
            for (int i = 0; i < told.size(); i++) {
                if (queries.get(i) instanceof Query.Data data && gone.contains(data.path())) {
                    told.set(i, new Found.Absent());
                }
            }
            return told;
        });
    }

    @Override
    public Registration watch(String lane, String path, Watcher watcher) {
        if (!Recipe.isPlace(path + "/place", paths)) {
            return super.watch(lane, path, watcher);
        }
        return super.watch(lane, path, new Watcher() {
            @Override
            public void standing() {
                watcher.standing();
            }

            @Override
            public void changed(Change change, String place) {
                if (change == Change.DELETED) {
                    gone.add(place);
                } else {
                    gone.remove(place);
                }
                watcher.changed(change, place);
            }

            @Override
            public void interrupted() {
                watcher.interrupted();
            }
        });
    }
}
