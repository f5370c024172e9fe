package io.tenure.audit;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.name.LeaseId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads the outbox in pieces that fit into an answer of the store, which refuses one above a megabyte as if the connection had broken.
 *
 * <p>For one pass at a time, which may read several pieces at once.
 */
final class OutboxReader {
    /** All calls are made on this lane, so a read sees the barrier that was written before it, and all that stood before the barrier. */
    static final String LANE = "audit";

    private static final int ANSWER_BYTES = 256 * 1024;
    private static final int NAME_BYTES = 64;
    private static final int OVERHEAD_BYTES = 100;
    private static final int MOST_RECORDS = 400;
    private static final int FIRST_RECORDS = 40;

    private final Coordination store;
    private final List<String> shards;
    private volatile int records = FIRST_RECORDS;

    OutboxReader(Coordination store, Paths paths) {
        this.store = store;
        this.shards = Arrays.stream(LeaseId.shards())
                .map(shard -> paths.outbox() + "/" + shard)
                .toList();
    }

    /** How many records each shard holds. Cheap, and the same size however many there are. */
    CompletionStage<int[]> look() {
        List<Query> queries = shards.stream().<Query>map(Query.Data::new).toList();
        return store.read(LANE, queries)
                .thenApply(answers -> answers.stream()
                        .mapToInt(found ->
                                found instanceof Found.Node node ? node.stamp().children() : 0)
                        .toArray());
    }

    /**
     * The paths of all records.
     *
     * @param sizes what {@link #look} found, which bounds the size of an answer
     */
    CompletionStage<List<String>> list(int[] sizes) {
        return list(0, sizes, new ArrayList<>());
    }

    /** What stands at these paths, in their order; no more of them at once than {@link #room}. */
    CompletionStage<List<Found>> read(List<String> paths) {
        List<Query> queries = paths.stream().<Query>map(Query.Data::new).toList();
        return store.read(LANE, queries).whenComplete((found, failure) -> {
            if (failure == null) {
                learn(found);
            } else {
                records = Math.max(1, records / 2); // too large for an answer, perhaps: it would fail for ever
            }
        });
    }

    /** How many records to ask for at once, by the sizes seen so far. */
    int room() {
        return records;
    }

    private void learn(List<Found> answers) {
        long bytes = answers.stream()
                .mapToLong(found -> found instanceof Found.Node node ? node.data().length + OVERHEAD_BYTES : 0)
                .sum();
        if (bytes > 0) {
            long fitting = ANSWER_BYTES * (long) answers.size() / bytes;
            records = (int) Math.max(1, Math.min(Math.min(2L * records, MOST_RECORDS), fitting));
        }
    }

    private static int pieceOfShards(int from, int[] sizes) {
        int to = from;
        long bytes = 0;
        do {
            bytes += sizes[to++] * (long) NAME_BYTES;
        } while (to < sizes.length && bytes + sizes[to] * (long) NAME_BYTES <= ANSWER_BYTES);
        return to;
    }

    private CompletionStage<List<String>> list(int from, int[] sizes, List<String> all) {
        if (from >= shards.size()) {
            return CompletableFuture.completedFuture(all);
        }
        int to = pieceOfShards(from, sizes);
        List<String> piece = shards.subList(from, to);
        return store.read(LANE, piece.stream().<Query>map(Query.Children::new).toList())
                .thenCompose(answers -> {
                    for (int i = 0; i < answers.size(); i++) {
                        if (answers.get(i) instanceof Found.Children children) {
                            String shard = piece.get(i) + "/";
                            children.names().forEach(name -> all.add(shard + name));
                        }
                    }
                    return list(to, sizes, all);
                });
    }
}
