package io.tenure.api;

import org.jspecify.annotations.Nullable;

/**
 * What a revocation says.
 *
 * @param reason why; required
 * @param immediately whether others are let in at once
 * @param by who does it, where nobody is authenticated
 */
public record RevokeBody(
        @Nullable String reason,
        @Nullable Boolean immediately,
        @Nullable String by) {}
