package io.tenure.lease;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests of this server that hang, so that a stopping server can answer them all with "come back" at once. Safe for use by
 * many threads.
 */
public final class Hanging {
    private final Map<Object, CompletableFuture<?>> futures = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /** An answer that somebody waits for; it is given the refusal {@code SERVER_STOPPING} when the server stops before it is there. */
    public <T> CompletableFuture<T> answer() {
        CompletableFuture<T> future = new CompletableFuture<>();
        Object key = new Object();
        futures.put(key, future);
        // the future itself is returned: what hangs on it sees the refusal bare, which a dependent stage would wrap
        var unused = future.whenComplete((done, failure) -> futures.remove(key));
        if (stopping) {
            future.completeExceptionally(stoppingRefusal());
        }
        return future;
    }

    /** How many requests hang now. */
    public int count() {
        return futures.size();
    }

    /** Answers all that hang, and all that would from now on. */
    public void stop() {
        stopping = true;
        futures.values().forEach(future -> future.completeExceptionally(stoppingRefusal()));
    }

    /** Whether the failure is this class's own. */
    public static boolean isStopping(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.code() == ErrorCode.SERVER_STOPPING;
    }

    private static Refusal stoppingRefusal() {
        return Refusal.of(
                ErrorCode.SERVER_STOPPING,
                "this server is stopping; ask another one, or this one when it is back, with the same lease id");
    }
}
