package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Takes the fencing token of a grant after waiting from the place, as it was created, and not from the write that granted. */
final class MutantTokens extends Mutant {
    private final Paths paths;
    private final TwinStore store;

    MutantTokens(Coordination port, Mutation mutation, Paths paths, TwinStore store) {
        super(port, mutation, paths);
        this.paths = paths;
        this.store = store;
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        boolean grants = operations.stream().anyMatch(each -> isRecord(each, paths));
        return super.commit(lane, operations, pace)
                .thenApply(outcome -> grants && outcome instanceof Outcome.Done done
                        ? operations.stream()
                                .filter(each -> each instanceof Operation.Check)
                                .findFirst()
                                .flatMap(place -> store.node(place.path()))
                                .<Outcome>map(
                                        place -> withToken(done, place.stamp().czxid()))
                                .orElse(outcome)
                        : outcome);
    }

    private static boolean isRecord(Operation operation, Paths paths) {
        return operation instanceof Operation.Create && operation.path().startsWith(paths.outbox() + "/");
    }

    private static Outcome withToken(Outcome.Done done, long token) {
        List<Outcome.Result> results = new ArrayList<>(done.results());
        results.replaceAll(result -> {
            Stamp s = result.stamp();
            return s == null
                    ? result
                    : new Outcome.Result(
                            result.path(),
                            new Stamp(
                                    s.czxid(),
                                    token,
                                    s.pzxid(),
                                    s.ctime(),
                                    s.mtime(),
                                    s.version(),
                                    s.children(),
                                    s.ephemeral()));
        });
        return new Outcome.Done(results);
    }
}
