package io.tenure.lease;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Stamp;
import io.tenure.lease.Lease.Hold;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows who comes next when a name is given back, so that the transaction which ends one hold grants the next ({@code
 * docs/protocol.md} 3). The queue above implements it. Safe for use by many threads.
 */
public interface HandOver {
    /** Nobody is known to come next: whoever waits finds out by itself. */
    HandOver NONE = new HandOver() {
        @Override
        public List<Receiver> next(Hold hold, String place, int most) {
            return List.of();
        }

        @Override
        public CompletionStage<List<Operation>> wakes(String lane, Hold hold, String place) {
            return CompletableFuture.completedFuture(List.of());
        }
    };

    /**
     * Those who are entitled once this hold has ended, were not before, and can be granted now. Asking for a receiver binds it: it
     * does nothing by itself until it is told what became of the transaction.
     *
     * @param place the last queue node of the hold that ends
     * @param most at most so many
     */
    List<Receiver> next(Hold hold, String place, int most);

    /**
     * What wakes the native clients who are entitled once this hold has ended, and would sleep on: they watch one place of those
     * before them alone ({@code docs/protocol.md} 5). Operations that may be dropped.
     *
     * @param place the last queue node of the hold that ends
     */
    CompletionStage<List<Operation>> wakes(String lane, Hold hold, String place);

    /** Whether a hold is not to be ended at all where this cannot be done with it. */
    default boolean required() {
        return false;
    }

    /** What is to be done with the end of a hold besides. */
    default List<Operation> also() {
        return List.of();
    }

    /** The same without receivers: whoever waits here finds out by itself. */
    default HandOver alone() {
        HandOver all = this;
        return new HandOver() {
            @Override
            public List<Receiver> next(Hold hold, String place, int most) {
                return List.of();
            }

            @Override
            public CompletionStage<List<Operation>> wakes(String lane, Hold hold, String place) {
                return all.wakes(lane, hold, place);
            }
        };
    }

    /** One who is to be granted. Exactly one of {@link #granted} and {@link #declined} is called, once. */
    interface Receiver {
        /** Sets its lease to HELD, by the version that is known of it. */
        Operation write();

        /** What must hold, and the record of the grant. */
        List<Operation> others();

        /** It holds. */
        void granted(Stamp stamp);

        /** It was not granted, or nobody knows. */
        void declined();
    }
}
