package io.tenure.audit;

import io.tenure.coordination.Blocking;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads the outbox for a backup: everything that stands in it before a barrier, and leaves it there ({@code docs/protocol.md} 9). For
 * one thread.
 */
public final class OutboxCopy {
    /** The lane that the outbox is read on, and the barrier written. */
    public static final String LANE = OutboxReader.LANE;

    private final Blocking store;
    private final Paths paths;
    private final long tokenBase;
    private final OutboxReader reader;

    /** @param store on {@link #LANE} */
    public OutboxCopy(Coordination coordination, Blocking store, Paths paths, long tokenBase) {
        this.store = store;
        this.paths = paths;
        this.tokenBase = tokenBase;
        this.reader = new OutboxReader(coordination, paths);
    }

    /** A number behind all that was acknowledged before this call; what is read on the lane from here on shows all of that. */
    public long barrier() {
        return tokenBase
                + store.done(List.of(new Operation.SetData(paths.barrier(), new byte[0], -1)))
                        .stamp(0)
                        .mzxid();
    }

    /**
     * The records up to a barrier that had been written and were not in the database yet, in their order. One that is not among them
     * is in the database when this returns.
     */
    public List<LogRecord> records(long barrier) {
        int[] sizes = store.await(reader.look());
        if (IntStream.of(sizes).allMatch(size -> size == 0)) {
            return List.of();
        }
        List<String> names = store.await(reader.list(sizes));
        List<Waiting> waiting = new ArrayList<>();
        for (int from = 0; from < names.size(); ) {
            List<String> piece = names.subList(from, Math.min(names.size(), from + reader.room()));
            List<Found> found = store.await(reader.read(piece));
            for (int i = 0; i < piece.size(); i++) {
                if (found.get(i) instanceof Found.Node node
                        && tokenBase + node.stamp().czxid() <= barrier) {
                    String path = piece.get(i);
                    Entry entry = new LogRecord(
                                    tokenBase + node.stamp().czxid(),
                                    path.substring(path.lastIndexOf('/') + 1),
                                    node.stamp().ctime(),
                                    node.data())
                            .entry();
                    waiting.add(Waiting.of(path, entry, true));
                }
            }
            from += piece.size();
        }
        return waiting.stream()
                .sorted(Waiting.ORDER)
                .flatMap(one -> one.entry() == null ? Stream.empty() : Stream.of(LogRecord.of(one.entry())))
                .toList();
    }
}
