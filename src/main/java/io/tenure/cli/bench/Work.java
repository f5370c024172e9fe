package io.tenure.cli.bench;

import java.util.Locale;

/** What is measured: an operation that each connection does again and again. */
public enum Work {
    /** A lock that nobody else wants. */
    CYCLE("take a lock of one's own and give it back", "/v1/locks/%s-%d/holds/"),

    /** One lock that all want; waiting for it is part of the time. */
    CONTENDED("wait for the one lock that all want, take it and give it back", "/v1/locks/%s/holds/"),

    /** A lease for each connection. */
    RENEW("renew a lease, one for each connection", "/v1/leases/"),

    /** An office that nobody else wants. */
    ELECTION("stand for an office of one's own, lead, and resign", "/v1/elections/%s-%d/candidates/"),

    /** As contended, another time. */
    WAITERS("hand one lock on along a queue, from when it is given back until the next has it", "/v1/locks/%s/holds/");

    private final String what;
    private final String path;

    Work(String what, String path) {
        this.what = what;
        this.path = path;
    }

    /** What one operation is. */
    public String what() {
        return what;
    }

    /** What it is asked for by. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether connections wait for each other. */
    boolean waits() {
        return this == CONTENDED || this == WAITERS;
    }

    /** Where leases are put, up to the lease's id. */
    String path(String tag, int connection) {
        return String.format(Locale.ROOT, path, tag, connection);
    }
}
