package io.tenure.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of something that is held: it comes once, and says how. Whoever is told of it is told on a thread of its own, so that nobody's
 * listener keeps the client from its work. Safe for use by many threads.
 */
final class End {
    private final CompletableFuture<How> come = new CompletableFuture<>();
    private final Executor threads;

    /**
     * How it came.
     *
     * @param own whether it was given back by this client, which is no loss
     */
    record How(Loss loss, boolean own) {
        static How lost(Loss loss) {
            return new How(loss, false);
        }

        static How givenBack(String what) {
            return new How(new Loss(Loss.Cause.RELEASED, null, null, what + " was given back"), true);
        }
    }

    End(Executor threads) {
        this.threads = threads;
    }

    /** It has come; returns whether that is news. */
    boolean come(How how) {
        return come.complete(how);
    }

    boolean hasCome() {
        return come.isDone();
    }

    /** How it came; null before. */
    @Nullable
    How how() {
        return come.getNow(null);
    }

    /** Completes when it comes; where it has come it is complete, so that who sees that it has come can ask how. */
    CompletionStage<Loss> stage() {
        How how = how();
        return how == null ? come.thenApplyAsync(How::loss, threads) : CompletableFuture.completedFuture(how.loss());
    }

    /** Has a listener told when it comes, or now if it has; not when this client gave it back. */
    void onLost(Consumer<Loss> listener) {
        var unused = come.thenAccept(how -> {
            if (!how.own()) {
                threads.execute(() -> listener.accept(how.loss()));
            }
        });
    }
}
