package io.tenure.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what a holder attaches to its lease: an object of strings that is small as JSON. */
public final class Metadata {
    private Metadata() {}

    /** The metadata as it may be kept; none gives an empty object. */
    public static Map<String, String> checked(@Nullable Map<String, @Nullable String> metadata, int maxBytes) {
        if (metadata == null || metadata.isEmpty()) {
            return Map.of();
        }
        if (metadata.containsValue(null)) {
            throw Refusal.invalid("metadata", "an object of strings", "null");
        }
        int bytes = bytes(metadata);
        if (bytes > maxBytes) {
            throw Refusal.of(
                    ErrorCode.TOO_LARGE, "metadata: at most " + maxBytes + " bytes as JSON; got " + bytes + " bytes");
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    private static int bytes(Map<String, @Nullable String> metadata) {
        try {
            return Json.mapper().writeValueAsBytes(metadata).length;
        } catch (JsonProcessingException e) {
            throw Refusal.invalid("metadata", "an object of strings", metadata);
        }
    }
}
