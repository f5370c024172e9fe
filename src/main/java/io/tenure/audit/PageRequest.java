package io.tenure.audit;

import io.tenure.error.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Which page of an answer is asked for.
 *
 * @param limit how many items at most
 * @param cursor where the page before ended; null for the first
 */
public record PageRequest(Order order, int limit, @Nullable String cursor) {
    /** The most items of one page. */
    public static final int MOST = 1000;

    /** The first page as it is when nothing is said. */
    public static final PageRequest FIRST = new PageRequest(Order.NEWEST, 100, null);

    public PageRequest {
        if (limit < 1 || limit > MOST) {
            throw Refusal.invalid("limit", "a whole number, 1 to " + MOST, limit);
        }
    }

    /** Which end comes first. */
    public enum Order {
        NEWEST,
        OLDEST
    }
}
