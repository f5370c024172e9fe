package io.tenure.http;

/** How well this server can serve, from best to worst: a closed list. */
public enum Level {
    /** All is well. */
    NORMAL(0),
    /** Everything is served, but something needs an operator's attention. Still ready. */
    DEGRADED(1),
    /** An operator wants it so: nothing new is granted, what there is goes on. Still ready, for renewals must arrive. */
    READ_ONLY(2),
    /** The store cannot be reached: nothing is granted or confirmed. Not ready. */
    SUSPENDED(3),
    /** The server is on its way out. Not ready. */
    STOPPING(4);

    private final int number;

    Level(int number) {
        this.number = number;
    }

    /** Its number in the metrics, 0 for the best. */
    public int number() {
        return number;
    }

    /** Whether requests should be sent here. */
    public boolean ready() {
        return switch (this) {
            case NORMAL, DEGRADED, READ_ONLY -> true;
            case SUSPENDED, STOPPING -> false;
        };
    }
}
