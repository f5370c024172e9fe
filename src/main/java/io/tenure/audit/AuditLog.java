package io.tenure.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of the audit database. Records go in once, in order, whoever brings them and however often.
 *
 * <p>Blocking, and called from one thread at a time. What the database says is told as a value: no call throws because the database is
 * away.
 */
public interface AuditLog {
    /** Puts all entries in, in one transaction, or none; those that are in already are passed over. */
    Answer append(Batch batch);

    /** Asks how far the log is, which also tells whether the database answers. */
    Answer ask();

    /**
     * Records on their way in.
     *
     * @param epoch of the coordinator that brings them; one lower than the database has seen is refused
     * @param entries in the order in which they happened
     * @param reached how far the log is complete once they are in; null when more are to come
     */
    record Batch(long epoch, List<Entry> entries, @Nullable Reached reached) {
        public Batch {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The point up to which everything that happened is in the log.
     *
     * @param position the token base and the number of the store's transaction
     * @param until that transaction's time, by the store's clock
     */
    record Reached(long position, Instant until) {}

    /** What became of a call. */
    sealed interface Answer {
        /**
         * It is done and will last.
         *
         * @param number of the last event; events are numbered from 1, without gaps
         * @param until everything before this is in the log; null when nothing was ever said to be complete
         * @param quarantined how many records wait for an operator to look at them
         */
        record Recorded(long number, @Nullable Instant until, int quarantined) implements Answer {}

        /** Another coordinator has taken over; nothing was changed. */
        record Deposed(long epoch) implements Answer {}

        /**
         * The database cannot be asked. What was to be done may have been done, or not: bring it again.
         *
         * @param why one line for an operator
         */
        record Away(String why) implements Answer {}
    }
}
