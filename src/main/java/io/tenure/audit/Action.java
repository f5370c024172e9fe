package io.tenure.audit;

/** What an event of the audit log tells: a closed list. */
public enum Action {
    /** A lease took a place in a queue. */
    QUEUED,
    /** A hold was granted, or a bare lease was. */
    GRANTED,
    /** A hold that was granted ended, or a bare lease did. */
    ENDED,
    /** A place ended that was never granted. */
    LEFT_QUEUE,
    /** Somebody asked a lease to end; it ends when what its holder was told has run out. */
    REVOKING,
    /** A writer became a reader without letting go. */
    DOWNGRADED,
    /** Somebody asked that a leader's office goes to another candidate: the event is about that candidate. */
    TRANSFERRED,
    /** A leader proclaimed another value. */
    VALUE_CHANGED,
    /** Somebody set how many permits a semaphore has. */
    PERMITS_CHANGED
}
