package io.tenure.simulation;

import java.util.Map;

/** A property of the store's history that no schedule may break. */
public interface Invariant {
    /** Looks at what one transaction did; throws {@link Violation} when it should not have. */
    void after(Step step);

    /**
     * The store has been put back to what it was at some time: what it did since has never been.
     *
     * @param leases all that stand now, by id
     */
    default void restored(Map<String, LeaseView> leases) {}

    /** Looks at the whole once everything has come to rest and nobody wants anything any more. */
    default void atEnd() {}

    /** Something that must never happen has happened. */
    final class Violation extends AssertionError {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }
}
