package io.tenure.cli.torture;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The leases that may live, with the moment from which they do. Safe for use by many threads. */
final class Leases {
    /** After this time whatever was left alone has ended by itself, if the service works. */
    private static final long LONGEST_NANOS = 30_000_000_000L;

    private final Map<String, Long> left = new ConcurrentHashMap<>();

    /** Nobody knows whether it lives, and nobody keeps it alive. */
    void leave(String lease, long now) {
        left.put(lease, now);
    }

    /** It has ended. */
    void remove(String lease) {
        left.remove(lease);
    }

    /** Forgets those that have ended by themselves. */
    void forget(long now) {
        left.values().removeIf(since -> now - since > LONGEST_NANOS);
    }

    /**
     * Ends those that may live, each at whichever server answers.
     *
     * @return how many no server has ended: they end when their TTL is over
     */
    int end(Wires wires, long now) {
        forget(now);
        left.keySet().removeIf(lease -> wires.delete("/v1/leases/" + lease + "?cancel=true"));
        return left.size();
    }
}
