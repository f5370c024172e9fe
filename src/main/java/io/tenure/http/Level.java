package io.tenure.http;

/** How well this server can serve, from best to worst: a closed list. */
public enum Level {
    /** All is well. */
    NORMAL,
    /** Everything is served, but something needs an operator's attention. Still ready. */
    DEGRADED,
    /** The store cannot be reached: nothing is granted or confirmed. Not ready. */
    SUSPENDED,
    /** The server is on its way out. Not ready. */
    STOPPING;

    /** Whether requests should be sent here. */
    public boolean ready() {
        return switch (this) {
            case NORMAL, DEGRADED -> true;
            case SUSPENDED, STOPPING -> false;
        };
    }
}
