package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request to hold several things at once says: all or nothing. */
public record SeveralAsk(
        @Nullable Duration ttl,
        @JsonProperty("wait") @Nullable Duration patience,
        @Nullable String owner,
        @Nullable String reason,
        @Nullable Map<String, String> metadata,
        @Nullable Duration maxHold,
        @Nullable List<Entry> holds) {
    /** One of them. */
    public record Entry(
            @Nullable Kind kind,
            @Nullable Name name,
            @Nullable Mode mode,
            @Nullable Integer count) {}
}
