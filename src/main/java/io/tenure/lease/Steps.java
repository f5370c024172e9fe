package io.tenure.lease;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Coordination.Pace;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An atomic list of operations, each with what its failure means, so that the index of a conflict becomes a reason.
 *
 * <p>A list under construction belongs to one thread. {@link #commit} sends it, drops what may be dropped and sends the rest again.
 */
public final class Steps {
    /** What it means that an operation could not be carried out. */
    public enum Meaning {
        /** The lease has changed since it was read: read it again. */
        LOOK_AGAIN,
        /** A place in a queue is not there any more. */
        PLACE_GONE,
        /** Who was to be granted with it cannot be: do it without. */
        NO_RECEIVER,
        /** The id has ended lately, or one of its records still waits. */
        ENDED,
        /** The queue is not as it looked: look again. */
        QUEUE_CHANGED,
        /** Another coordinator has taken over. */
        DEPOSED,
        /** It is not needed: send the others without it. */
        DROP
    }

    /** What became of the list. */
    public sealed interface Result {
        /** All that was not dropped has been carried out. */
        record Done(Outcome.Done outcome) implements Result {}

        /** Nothing was changed, for this reason. */
        record Refused(Meaning meaning) implements Result {}

        /** No answer came; see {@link Outcome.Unavailable}. */
        record Unavailable(boolean perhapsDone) implements Result {}
    }

    private record Step(Operation operation, Meaning meaning) {}

    private final List<Step> steps = new ArrayList<>();

    /** Appends an operation and says what its failure means. */
    public Steps add(Operation operation, Meaning meaning) {
        steps.add(new Step(operation, meaning));
        return this;
    }

    /** Appends operations whose failures mean the same. */
    public Steps addAll(List<Operation> operations, Meaning meaning) {
        operations.forEach(operation -> add(operation, meaning));
        return this;
    }

    /** How many operations there are so far: the index of the next one, as long as nothing before it may be dropped. */
    public int size() {
        return steps.size();
    }

    /** Sends the list. The stage never completes exceptionally. */
    public CompletionStage<Result> commit(Coordination store, String lane) {
        return commit(store, lane, Pace.AT_ONCE);
    }

    /** The same, at this pace. */
    public CompletionStage<Result> commit(Coordination store, String lane, Pace pace) {
        List<Operation> operations = steps.stream().map(Step::operation).toList();
        return store.commit(lane, operations, pace).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Conflict conflict) {
                return refused(conflict.index(), store, lane);
            }
            return CompletableFuture.completedFuture(
                    outcome instanceof Outcome.Unavailable lost
                            ? new Result.Unavailable(lost.perhapsDone())
                            : new Result.Done((Outcome.Done) outcome));
        });
    }

    private CompletionStage<Result> refused(int index, Coordination store, String lane) {
        Meaning meaning = steps.get(index).meaning();
        if (meaning != Meaning.DROP) {
            return CompletableFuture.completedFuture(new Result.Refused(meaning));
        }
        Steps rest = new Steps();
        rest.steps.addAll(steps);
        rest.steps.remove(index);
        return rest.commit(store, lane);
    }
}
