package io.tenure.coordination;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an atomic list of operations. */
public sealed interface Outcome {
    /**
     * All of it was carried out.
     *
     * @param results one for each operation, in their order
     */
    record Done(List<Result> results) implements Outcome {
        /** The stamp of the operation with this index, which must be one that returns a stamp. */
        public Stamp stamp(int index) {
            Stamp stamp = results.get(index).stamp();
            if (stamp == null) {
                throw new IllegalStateException("operation " + index + " returns no stamp");
            }
            return stamp;
        }

        /** The full path of the node that the creating operation with this index made. */
        public String path(int index) {
            String path = results.get(index).path();
            if (path == null) {
                throw new IllegalStateException("operation " + index + " returns no path");
            }
            return path;
        }
    }

    /**
     * Nothing was changed.
     *
     * @param index the first operation that could not be carried out
     * @param cause why not
     */
    record Conflict(int index, Cause cause) implements Outcome {}

    /**
     * No answer came.
     *
     * @param perhapsDone false when the list surely was not and never will be carried out; true when it may have been, or may yet
     *     be. {@code docs/protocol.md}, "Lost answers", says how to find out; it is never guessed.
     */
    record Unavailable(boolean perhapsDone) implements Outcome {}

    /** Why an operation could not be carried out. */
    enum Cause {
        ABSENT,
        EXISTS,
        VERSION,
        NOT_EMPTY,
        /** The store's access rules forbid it. */
        FORBIDDEN
    }

    /**
     * What one operation returned.
     *
     * @param path of a create: the node's full path
     * @param stamp of {@code SetData} and of creating a {@code CONTAINER}: the node's stamp after it; otherwise null
     */
    record Result(@Nullable String path, @Nullable Stamp stamp) {}
}
