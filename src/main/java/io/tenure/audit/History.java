package io.tenure.audit;

import io.tenure.name.LeaseId;
import java.util.concurrent.CompletionStage;

/** What the audit database knows of leases that have left the store. Asked last, for a short time at most. */
public interface History {
    /** How the lease ended, as far as it can be told within half a second. The stage never completes exceptionally. */
    CompletionStage<Answer> endOf(LeaseId lease);

    /** What the database says. */
    sealed interface Answer {
        /** It ended so. */
        record Found(Ending ending) implements Answer {}

        /** No such lease has ended. */
        record NotFound() implements Answer {}

        /** The database cannot be asked now. */
        record CannotTell() implements Answer {}
    }
}
