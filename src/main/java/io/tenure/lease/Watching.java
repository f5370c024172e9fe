package io.tenure.lease;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Lets a look at a lease hang until it shows something else, or a time is over. Safe for use by many threads. */
public final class Watching {
    private final LeaseNodes nodes;
    private final Timers timers;
    private final Hanging hanging;

    public Watching(LeaseNodes nodes, Timers timers, Hanging hanging) {
        this.nodes = nodes;
        this.timers = timers;
        this.hanging = hanging;
    }

    /**
     * Looks, and looks again after each change of the lease, until an answer is not the same any more or the time is over.
     *
     * @param look sends a read on this lane and gives what it shows; its failure ends the wait
     * @param same whether to go on waiting after this answer
     */
    public <T> CompletionStage<T> until(
            String lane, LeaseId id, Duration wait, Supplier<CompletionStage<T>> look, Predicate<T> same) {
        if (wait.isZero()) {
            return look.get();
        }
        CompletableFuture<T> answer = hanging.answer();
        Coordination.Registration watch = nodes.store()
                .watch(lane, nodes.paths().lease(id), new Watcher() {
                    @Override
                    public void standing() {
                        again();
                    }

                    @Override
                    public void changed(Change change, String path) {
                        again();
                    }

                    @Override
                    public void interrupted() {
                        // standing is told again, and then a look follows
                    }

                    private void again() {
                        look.get().whenComplete((shown, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(failure);
                            } else if (!same.test(shown)) {
                                answer.complete(shown);
                            }
                        });
                    }
                });
        Timers.Timer timer = timers.after(
                wait,
                () -> look.get().whenComplete((shown, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else {
                        answer.complete(shown);
                    }
                }));
        var unused = answer.whenComplete((done, failure) -> {
            watch.close();
            timer.cancel();
        });
        return answer;
    }
}
