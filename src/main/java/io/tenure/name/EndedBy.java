package io.tenure.name;

/** How a tenure, a place in a queue or a lease ended: a closed list. */
public enum EndedBy {
    /** Its owner gave it back. */
    RELEASED,
    /** Nobody renewed it for its TTL and the grace, or its longest time was over. */
    EXPIRED,
    /** Somebody else ended it, with a reason. */
    REVOKED,
    /** A leader that gave up its office. */
    RESIGNED,
    /** A leader whose office was handed to another candidate, with a reason. */
    TRANSFERRED,
    /** Its place in the queue was removed by somebody who does not keep to the protocol. */
    LOST,
    /** The cluster was restored from a backup in which it was no more, or not yet. */
    RESTORED,
    /** A place never granted: its owner gave it up. */
    WITHDRAWN,
    /** A place never granted: the time that the request would wait was over. */
    WAIT_OVER,
    /** It has ended, and how could not be asked. Never stored. */
    UNKNOWN;

    /** Whether the owner's own wish ended it, so that a repeated release is answered as the first was. */
    public boolean byOwner() {
        return switch (this) {
            case RELEASED, RESIGNED, WITHDRAWN, WAIT_OVER -> true;
            case EXPIRED, REVOKED, TRANSFERRED, LOST, RESTORED, UNKNOWN -> false;
        };
    }
}
