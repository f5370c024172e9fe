package io.tenure.lease;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Stamp;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.List;
import java.util.Optional;

/**
 * Knows who comes next when a name is given back, so that the transaction which ends one hold grants the next ({@code
 * docs/protocol.md} 3). The queue above implements it. Safe for use by many threads.
 */
public interface HandOver {
    /** Nobody is known to come next: whoever waits finds out by itself. */
    HandOver NONE = (kind, name, place) -> Optional.empty();

    /**
     * Whoever stands right behind this place and can be granted now. Asking for a receiver binds it: it does nothing by itself until
     * it is told what became of the transaction.
     *
     * @param place the queue node of the hold that ends
     */
    Optional<Receiver> next(Kind kind, Name name, String place);

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
