package io.tenure.client;

import io.tenure.name.EndedBy;
import org.jspecify.annotations.Nullable;

/**
 * How something that was held came to be held no more, though its holder did not give it back.
 *
 * @param cause what the holder can do about it
 * @param by who ended it; null where nobody in particular did, or where it is not known
 * @param reason why, in the words of who ended it; null where none was given
 * @param detail one sentence for people
 */
public record Loss(
        Cause cause, @Nullable String by, @Nullable String reason, String detail) {
    /** What took it away: a closed list. */
    public enum Cause {
        /** Its time has passed without a renewal: the process was paused or too busy, or its longest time is over. */
        EXPIRED,
        /** Somebody ended it, or asked for its end, or handed it to another. */
        REVOKED,
        /** The servers do not know it: its place was removed by hand, or they were restored from an older backup. */
        LOST,
        /** No server has answered a renewal for so long that it may have ended. */
        UNREACHABLE,
        /** It was given back, by this client or by another that knows its id. */
        RELEASED
    }

    /** What the end that a server tells of means for the holder. */
    static Loss of(EndedBy endedBy, @Nullable String by, @Nullable String reason, String detail) {
        return new Loss(cause(endedBy), by, reason, detail);
    }

    private static Cause cause(EndedBy endedBy) {
        return switch (endedBy) {
            case EXPIRED -> Cause.EXPIRED;
            case REVOKED, TRANSFERRED -> Cause.REVOKED;
            case LOST, RESTORED, UNKNOWN -> Cause.LOST;
            case RELEASED, RESIGNED, WITHDRAWN, WAIT_OVER -> Cause.RELEASED;
        };
    }

    @Override
    public String toString() {
        return cause + ": " + detail;
    }
}
