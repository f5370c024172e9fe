package io.tenure.queue;

import io.tenure.lease.StoredLease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request to hold something has come to, when it was not refused. */
public sealed interface Acquired {
    /** The lease as the store has it. */
    StoredLease lease();

    /** What the holder may count on, when this server's write said so; null otherwise. */
    @Nullable
    Long validForMillis();

    /**
     * It holds all that it wanted.
     *
     * @param fresh whether it became so by this request
     */
    record Held(StoredLease lease, @Nullable Long validForMillis, boolean fresh) implements Acquired {}

    /**
     * It waits, and its place stays.
     *
     * @param positions how many stand before it, for each thing it wants
     */
    record Queued(StoredLease lease, @Nullable Long validForMillis, List<Integer> positions) implements Acquired {}
}
