package io.tenure.lease;

import io.tenure.audit.Actor;
import io.tenure.name.EndedBy;
import org.jspecify.annotations.Nullable;

/**
 * How something is to be ended.
 *
 * @param endedBy the way it ends
 * @param by who does it, when it is not the owner
 * @param reason why
 * @param actor who sent the request
 * @param atOnce whether the name is not to stay closed although its holder had asked for that
 */
public record How(
        EndedBy endedBy, @Nullable String by, @Nullable String reason, Actor actor, boolean atOnce) {
    /** As its owner wishes. */
    public static How owner(EndedBy endedBy, @Nullable String reason, Actor actor) {
        return new How(endedBy, null, reason, actor, false);
    }

    /** As the service finds it. */
    public static How service(EndedBy endedBy, @Nullable String by, @Nullable String reason) {
        return new How(endedBy, by, reason, Actor.SERVICE, false);
    }
}
