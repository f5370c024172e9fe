package io.tenure.lease;

import io.tenure.audit.Ending;

/** What is known of a lease that was asked for by its id. */
public sealed interface Fate {
    /** It is in the store and lives. */
    record Lives(StoredLease lease) implements Fate {}

    /** It has ended, and this is how. */
    record Gone(Ending ending) implements Fate {}

    /** It has never been seen. */
    record Unseen() implements Fate {}

    /** It is not in the store, and the database, which may know it, cannot be asked now. */
    record CannotTell() implements Fate {}
}
