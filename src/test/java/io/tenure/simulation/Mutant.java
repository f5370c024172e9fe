package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Watcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A port that breaks one rule of the protocol on the way, and hides it from whoever asked. */
class Mutant extends Forwarding {
    private final Mutation mutation;
    private final Paths paths;

    Mutant(Coordination port, Mutation mutation, Paths paths) {
        super(port);
        this.mutation = mutation;
        this.paths = paths;
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        List<Operation> sent = new ArrayList<>();
        List<Integer> origins = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation mutated = mutation.mutate(operations.get(i), operations, paths);
            if (mutated != null) {
                sent.add(mutated);
                origins.add(i);
            }
        }
        if (sent.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new Outcome.Done(Collections.nCopies(operations.size(), new Outcome.Result(null, null))));
        }
        return super.commit(mutation.lane(lane, operations, paths), sent, pace)
                .thenApply(outcome -> original(outcome, origins, operations.size()));
    }

    private static Outcome original(Outcome outcome, List<Integer> origins, int size) {
        if (outcome instanceof Outcome.Conflict conflict) {
            return new Outcome.Conflict(origins.get(conflict.index()), conflict.cause());
        }
        if (outcome instanceof Outcome.Done done) {
            List<Outcome.Result> results = new ArrayList<>(Collections.nCopies(size, new Outcome.Result(null, null)));
            for (int i = 0; i < origins.size(); i++) {
                results.set(origins.get(i), done.results().get(i));
            }
            return new Outcome.Done(results);
        }
        return outcome;
    }

    @Override
    public Registration watch(String lane, String path, Watcher watcher) {
        return super.watch(lane, path, mutation.mutate(watcher));
    }
}
