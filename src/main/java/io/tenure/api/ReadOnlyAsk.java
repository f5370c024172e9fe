package io.tenure.api;

import org.jspecify.annotations.Nullable;

/**
 * What switches the cluster to read-only.
 *
 * @param reason why; required
 * @param by who does it, where nobody is authenticated
 */
public record ReadOnlyAsk(@Nullable String reason, @Nullable String by) {}
