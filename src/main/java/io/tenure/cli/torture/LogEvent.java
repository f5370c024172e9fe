package io.tenure.cli.torture;

import org.jspecify.annotations.Nullable;

/**
 * One event of the audit log.
 *
 * @param number its place in the log
 * @param lease null when it is about none
 * @param token 0 when there is none
 * @param mode of a read/write lock; null of all others
 * @param count how many permits, 1 of what has none
 * @param endedBy how it ended; null when it did not
 */
public record LogEvent(
        long number,
        String action,
        Thing thing,
        @Nullable String lease,
        long token,
        @Nullable String mode,
        int count,
        @Nullable String endedBy) {
    static final String GRANTED = "GRANTED";
    static final String ENDED = "ENDED";
    static final String DOWNGRADED = "DOWNGRADED";
}
