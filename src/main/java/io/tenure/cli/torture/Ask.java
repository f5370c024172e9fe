package io.tenure.cli.torture;

import org.jspecify.annotations.Nullable;

/**
 * What a call asks for in detail; what does not apply is zero.
 *
 * @param ttlMillis of the lease
 * @param waitMillis how long a take may hang
 * @param queue whether a take keeps its place when that is over
 * @param shared whether others of its like may hold it beside: readers, and holders of permits
 * @param count how many permits
 * @param immediately whether a revocation or a transfer waits for nobody
 * @param token that is checked, or the term that a transfer ends
 * @param successor the lease of the candidate that a transfer is for
 */
public record Ask(
        long ttlMillis,
        long waitMillis,
        boolean queue,
        boolean shared,
        int count,
        boolean immediately,
        long token,
        @Nullable String successor) {
    /** Nothing but what the verb says. */
    public static final Ask PLAIN = new Ask(0, 0, false, false, 0, false, 0, null);

    /** To hold something under a lease with this TTL. */
    public static Ask take(long ttlMillis, long waitMillis, boolean queue, boolean shared, int count) {
        return new Ask(ttlMillis, waitMillis, queue, shared, count, false, 0, null);
    }

    /** That a lease with this TTL goes on. */
    public static Ask renew(long ttlMillis) {
        return new Ask(ttlMillis, 0, false, false, 0, false, 0, null);
    }

    /** That somebody else's hold ends. */
    public static Ask revoke(boolean immediately) {
        return new Ask(0, 0, false, false, 0, immediately, 0, null);
    }

    /** That this term ends for a candidate. */
    public static Ask transfer(long term, String successor, boolean immediately) {
        return new Ask(0, 0, false, false, 0, immediately, term, successor);
    }

    /** Whether this token is current, that others may have too if it is shared. */
    public static Ask check(long token, boolean shared) {
        return new Ask(0, 0, false, shared, 0, false, token, null);
    }

    /** So many permits. */
    public static Ask permits(int count) {
        return new Ask(0, 0, false, false, count, false, 0, null);
    }
}
