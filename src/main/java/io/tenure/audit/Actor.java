package io.tenure.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as it is known.
 *
 * @param address the network address of the client
 * @param principal who the client was authenticated as
 * @param requestId the request's id
 */
public record Actor(
        @Nullable String address,
        @Nullable String principal,
        @Nullable String requestId) {
    /** The service itself. */
    public static final Actor SERVICE = new Actor(null, null, null);
}
