package io.tenure.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** The blocking forms of what comes later. */
final class Waiting {
    private static final System.Logger LOG = System.getLogger(Waiting.class.getName());

    private Waiting() {}

    /** Waits whatever happens. */
    static <T> T on(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    /** Waits whatever happens, and says in the log alone that it came to nothing. */
    static void quietlyOn(CompletionStage<?> stage) {
        try {
            var unused = on(stage);
        } catch (TenureException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "What was held could not be given back, and ends by itself: {0}",
                    e.getMessage());
        }
    }

    /**
     * Waits, and cancels when the thread is interrupted.
     *
     * @param unwanted takes what came at that very moment, which nobody else will
     */
    static <T> T interruptibly(CompletableFuture<T> future, Consumer<T> unwanted) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            if (!future.cancel(false)) {
                var unused = future.thenAccept(unwanted);
            }
            throw e;
        }
    }

    private static RuntimeException unwrapped(Exception e) {
        Throwable cause = e.getCause();
        if (cause instanceof TenureException told) {
            // with the trace of who waits, which tells more than the one of who answered
            return new TenureException(told.code().orElse(null), String.valueOf(told.getMessage()), told);
        }
        return cause instanceof CancellationException cancelled ? cancelled : new IllegalStateException(cause);
    }
}
