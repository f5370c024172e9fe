package io.tenure.api;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request for a lease says. */
public record GrantBody(
        @Nullable Duration ttl,
        @Nullable String owner,
        @Nullable Duration maxHold,
        @Nullable Map<String, String> metadata) {}
