package io.tenure.audit;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A record in the outbox and its place in the order of all.
 *
 * @param position the token base and the number of the transaction that created it
 * @param rank within one transaction ends come before grants
 * @param ordinal within one write to one lease, the order in which the records were made
 * @param entry null when it was too much to keep
 */
record Waiting(
        String path,
        long position,
        int rank,
        int ordinal,
        @Nullable Entry entry) {
    static final Comparator<Waiting> ORDER = Comparator.comparingLong(Waiting::position)
            .thenComparingInt(Waiting::rank)
            .thenComparingInt(Waiting::ordinal)
            .thenComparing(Waiting::path);

    static Waiting of(String path, Entry entry, boolean kept) {
        return new Waiting(path, entry.position(), entry.rank(), ordinal(entry.name()), kept ? entry : null);
    }

    private static int ordinal(String name) {
        try {
            return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return 0; // the record of an end, or something that is no record of ours
        }
    }
}
