package io.tenure.api;

import org.jspecify.annotations.Nullable;

/** What a leader proclaims from now on; null for nothing. */
public record ValueBody(@Nullable String value) {}
