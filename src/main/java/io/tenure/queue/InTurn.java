package io.tenure.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Reads much in batches, one behind the other, so that no answer grows too large and nobody else waits for long. Stateless. */
final class InTurn {
    private InTurn() {}

    /** What was read of all batches, in their order. */
    static <A, B> CompletionStage<List<B>> all(
            List<List<A>> batches, Function<List<A>, CompletionStage<List<B>>> read) {
        CompletionStage<List<B>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (List<A> batch : batches) {
            all = all.thenCompose(before -> read.apply(batch).thenApply(more -> {
                before.addAll(more);
                return before;
            }));
        }
        return all;
    }

    /** Batches of so many. */
    static <A> List<List<A>> batches(List<A> all, int size) {
        return batches(all, size, each -> 1);
    }

    /** Batches whose weights together are at most so much; what weighs more is one of its own. */
    static <A> List<List<A>> batches(List<A> all, int most, ToIntFunction<A> weight) {
        List<List<A>> batches = new ArrayList<>();
        long sum = 0;
        for (A each : all) {
            sum += weight.applyAsInt(each);
            if (batches.isEmpty() || sum > most) {
                batches.add(new ArrayList<>());
                sum = weight.applyAsInt(each);
            }
            batches.get(batches.size() - 1).add(each);
        }
        return batches;
    }
}
