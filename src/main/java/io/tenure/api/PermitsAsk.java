package io.tenure.api;

import org.jspecify.annotations.Nullable;

/** What a request that gives a semaphore its permits says. */
public record PermitsAsk(@Nullable Integer permits) {}
