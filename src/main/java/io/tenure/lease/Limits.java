package io.tenure.lease;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of what may be asked for, as the operator set them. {@code GET /v1/limits} tells them.
 *
 * @param minTtl shortest TTL
 * @param maxTtl longest TTL
 * @param grace how long a lease is kept beyond what its holder was told
 * @param maxHold longest time from grant to end whatever the renewals; null for none
 * @param endedMemory how long the id of an ended, client-named lease is refused at least
 * @param maxWait longest time that a request may hang
 * @param maxWaiters longest queue of one name
 * @param maxLeases most leases alive at once
 * @param maxEnded most ended client-named ids remembered at once
 * @param maxBatch most leases in one renewal request
 * @param maxStreams most event streams open at once in one server
 * @param maxHoldsAtOnce most holds in one all-or-nothing request
 * @param maxHoldsPerLease most holds of one lease
 * @param maxBodyBytes largest request body
 * @param maxMetadataBytes largest metadata, as JSON
 * @param maxBacklog most audit records that may wait for the database before acquisitions are refused
 */
public record Limits(
        Duration minTtl,
        Duration maxTtl,
        Duration grace,
        @Nullable Duration maxHold,
        Duration endedMemory,
        Duration maxWait,
        int maxWaiters,
        int maxLeases,
        int maxEnded,
        int maxBatch,
        int maxStreams,
        int maxHoldsAtOnce,
        int maxHoldsPerLease,
        int maxBodyBytes,
        int maxMetadataBytes,
        int maxBacklog) {
    /** Checks a TTL and gives it in milliseconds. */
    public long ttlMillis(@Nullable Duration ttl) {
        return within("ttl", ttl, minTtl, maxTtl);
    }

    /** Checks how long a request would wait; null is not at all. */
    public Duration wait(@Nullable Duration wait) {
        if (wait == null) {
            return Duration.ZERO;
        }
        if (wait.compareTo(maxWait) > 0) {
            throw Refusal.invalid(
                    "wait",
                    "at most " + text(maxWait)
                            + "; to keep the place for longer send \"queue\": true and repeat the PUT",
                    text(wait));
        }
        return wait;
    }

    /** Checks a longest time from grant to end; the smaller of it and the operator's own, or null for none. */
    @Nullable
    Long maxHoldMillis(@Nullable Duration asked) {
        if (asked == null) {
            return maxHold == null ? null : maxHold.toMillis();
        }
        long millis = asked.toMillis();
        if (asked.compareTo(minTtl) < 0) {
            throw Refusal.invalid("maxHold", "a duration with a unit, at least " + text(minTtl), text(asked));
        }
        return maxHold == null ? millis : Math.min(millis, maxHold.toMillis());
    }

    /** Checks how long a name is to stay closed; null for not at all. */
    public @Nullable Long closedMillis(String field, @Nullable Duration asked) {
        return asked == null ? null : within(field, asked, minTtl, maxTtl);
    }

    /** Checks a text that a stranger wrote: at most this many characters. */
    public static @Nullable String text(String field, @Nullable String value, int most) {
        if (value != null && value.length() > most) {
            throw Refusal.invalid(field, "at most " + most + " characters", value.length() + " characters");
        }
        return value;
    }

    /** Refuses a list that is longer than allowed, or empty. */
    public static void count(String field, int size, int most) {
        if (size < 1 || size > most) {
            throw Refusal.invalid(field, "1 to " + most + " entries", size + " entries");
        }
    }

    /** Refuses metadata that is too large. */
    public void metadataBytes(int bytes) {
        if (bytes > maxMetadataBytes) {
            throw Refusal.of(
                            ErrorCode.TOO_LARGE,
                            "metadata: at most " + maxMetadataBytes + " bytes as JSON; got " + bytes)
                    .with("field", "metadata")
                    .with("rule", "at most " + maxMetadataBytes + " bytes")
                    .with("value", bytes);
        }
    }

    private static long within(String field, @Nullable Duration value, Duration least, Duration most) {
        if (value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw Refusal.invalid(
                    field,
                    "a duration with a unit, " + text(least) + " to " + text(most) + ", like \"30s\"",
                    value == null ? null : text(value));
        }
        return value.toMillis();
    }

    /** A duration in the largest unit that divides it, as it would be written in a request. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0 && seconds > 86_400) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0 && seconds > 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
