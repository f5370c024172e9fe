package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lock, a read/write lock or a semaphore as it stands.
 *
 * @param revision grows with every change; opaque
 * @param changed false when a request waited for a change and none came; null when it did not wait
 * @param waiters the first 100 at most; {@code queueLength} counts them all
 * @param permits of a semaphore how many it has, 0 when nobody has said; otherwise null
 * @param reservedBy a lease that is first here and waits for other names that it wants together with this one
 * @param closedForMillis how long the lock stays closed though nobody holds it; 0 when it does not
 * @param path where native Curator clients find it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "name",
    "revision",
    "holders",
    "waiters",
    "queueLength",
    "permits",
    "reservedBy",
    "closedForMillis",
    "path"
})
public record LockBody(
        String name,
        String revision,
        @Nullable Boolean changed,
        List<HeldBody> holders,
        List<QueuedBody> waiters,
        int queueLength,
        @Nullable Integer permits,
        @Nullable QueuedBody reservedBy,
        long closedForMillis,
        String path) {
    /** The same lock, with more known of who is first. */
    public LockBody withReservedBy(QueuedBody reserved) {
        return new LockBody(
                name, revision, changed, holders, waiters, queueLength, permits, reserved, closedForMillis, path);
    }

    /** The same, as the answer to a request that waited for a change. */
    public LockBody withChanged(boolean isChanged) {
        return new LockBody(
                name, revision, isChanged, holders, waiters, queueLength, permits, reservedBy, closedForMillis, path);
    }
}
