package io.tenure.coordination;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The port for long work that has a thread of its own and does one thing after the other. Whatever the store does not answer is a
 * {@link Refusal} {@code STORE_UNAVAILABLE}. Never to be used on a thread of a lane.
 */
public final class Blocking {
    private final Coordination coordination;
    private final String lane;
    private final Awaiting awaiting;

    /** How this thread waits for a stage. */
    public interface Awaiting {
        /** By standing still. */
        Awaiting THREAD = new Awaiting() {
            @Override
            public <T> T await(CompletionStage<T> stage) {
                return stage.toCompletableFuture().join();
            }
        };

        /** The value; throws a {@link CompletionException} with what the stage failed with. */
        <T> T await(CompletionStage<T> stage);
    }

    /** @param lane that all calls are made on */
    public Blocking(Coordination coordination, String lane, Awaiting awaiting) {
        this.coordination = coordination;
        this.lane = lane;
        this.awaiting = awaiting;
    }

    /** Answers of one moment. */
    public List<Found> read(List<Query> queries) {
        return await(coordination.read(lane, queries));
    }

    /** One answer. */
    public Found read(Query query) {
        return read(List.of(query)).get(0);
    }

    /** The names of the children of a node; none when it is not there. */
    public List<String> children(String path) {
        return read(new Query.Children(path)) instanceof Found.Children children ? children.names() : List.of();
    }

    /** Carries all out or none: done, or in conflict. */
    public Outcome commit(List<Operation> operations) {
        Outcome outcome = await(coordination.commit(lane, operations));
        if (outcome instanceof Outcome.Unavailable) {
            throw away();
        }
        return outcome;
    }

    /** The same where a conflict is somebody else's doing. */
    public Outcome.Done done(List<Operation> operations) {
        Outcome outcome = commit(operations);
        if (outcome instanceof Outcome.Conflict conflict) {
            throw Refusal.of(
                    ErrorCode.STORE_UNAVAILABLE,
                    "somebody else writes: " + operations.get(conflict.index()).path() + " is " + conflict.cause());
        }
        return (Outcome.Done) outcome;
    }

    /** Waits for a stage that reads or writes the store. */
    public <T> T await(CompletionStage<T> stage) {
        try {
            return awaiting.await(stage);
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private static Refusal away() {
        return Refusal.of(ErrorCode.STORE_UNAVAILABLE, "the store does not answer");
    }
}
