package io.tenure.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a request wants to hold, and that a hold is about. Immutable; a part of the lease node.
 *
 * @param mode of a read/write lock how it is wanted; otherwise null
 * @param count of a semaphore how many of its permits; null for one, and of everything else
 * @param minHoldMillis how long after the grant the name stays closed at least; null for not at all
 * @param lockDelayMillis how long the name stays closed when the hold expires; null for not at all
 * @param reason why, in the holder's words
 * @param candidate in an election what the candidate is called, which native clients see too; otherwise null
 * @param value in an election what the candidate proclaims once it leads; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"kind", "name", "mode", "count", "minHoldMillis", "lockDelayMillis", "reason", "candidate", "value"
})
public record Want(
        Kind kind,
        Name name,
        @Nullable Mode mode,
        @Nullable Integer count,
        @Nullable Long minHoldMillis,
        @Nullable Long lockDelayMillis,
        @Nullable String reason,
        @Nullable String candidate,
        @Nullable String value) {
    private static final byte[] NOTHING = new byte[0];

    /** The whole of a name, for no particular reason. */
    public static Want of(Kind kind, Name name) {
        return new Want(kind, name, null, null, null, null, null, null, null);
    }

    /** What it is, for people and as a key: {@code lock nightly}. */
    public String thing() {
        return kind.wire() + " " + name;
    }

    /** How many places of the queue it takes: one for each permit. */
    public int places() {
        return count == null ? 1 : count;
    }

    /** Whether others may hold the name beside it. */
    public boolean shares() {
        return mode == Mode.READ || kind == Kind.SEMAPHORE;
    }

    /** What makes it the same as another: everything but the reason, and the value, which may change. */
    public String identity() {
        StringBuilder text = new StringBuilder(kind.wire())
                .append(' ')
                .append(name.value())
                .append(' ')
                .append(minHoldMillis);
        if (lockDelayMillis != null) {
            text.append(" delay ").append(lockDelayMillis);
        }
        if (mode != null) {
            text.append(' ').append(mode.wire());
        }
        if (count != null) {
            text.append(" count ").append(count);
        }
        return candidate == null
                ? text.toString()
                : text.append(" as ").append(candidate).toString();
    }

    /** What its queue nodes hold, which native clients see: in an election who it is. */
    public byte[] shown() {
        return candidate == null ? NOTHING : candidate.getBytes(StandardCharsets.UTF_8);
    }

    /** The same, for reading. */
    Want reading() {
        return new Want(kind, name, Mode.READ, count, minHoldMillis, lockDelayMillis, reason, candidate, value);
    }

    /** The same with another value. */
    Want proclaiming(@Nullable String newValue) {
        return new Want(kind, name, mode, count, minHoldMillis, lockDelayMillis, reason, candidate, newValue);
    }
}
