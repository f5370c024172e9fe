package io.tenure.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a renewal says: nothing, or the TTL from now on. */
public record RenewBody(@Nullable Duration ttl) {}
