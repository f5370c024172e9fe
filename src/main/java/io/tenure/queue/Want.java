package io.tenure.queue;

import io.tenure.name.Kind;
import io.tenure.name.Name;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a request wants to hold.
 *
 * @param minHoldMillis how long after the grant the name stays closed at least; null for not at all
 * @param reason why, in the holder's words
 */
public record Want(
        Kind kind,
        Name name,
        @Nullable Long minHoldMillis,
        @Nullable String reason) {
    /** What makes it the same as another. */
    String identity() {
        return kind.wire() + " " + name.value() + " " + minHoldMillis;
    }
}
